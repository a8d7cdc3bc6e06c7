import { callable, type Callable } from '../../tasks/callable.ts';
import { withoutBuffers } from './withoutBuffers.ts';
import type { Job } from '../pool.ts';

/** The task of a run, bound to its arguments, in one slot of this thread. */
export class TaskBinding {
  /** Converts a value to the form in which a task or a run receives it. */
  readonly handOver: <T>(value: T) => T;
  private readonly processors = new WeakMap<object, Callable>();
  /** The converted arguments of each run. */
  private readonly args = new WeakMap<readonly unknown[], readonly unknown[]>();

  /** @param handOver - Converts values. If omitted, values are converted as a message to a worker does. */
  constructor(handOver: <T>(value: T) => T = withoutBuffers) {
    this.handOver = handOver;
  }

  /** The task, bound to the arguments of its run. A processor is made once per slot and run. */
  callFor({ task, args, ended$ }: Job<unknown>, loaded: unknown): Callable {
    if (task.style !== 'processor') return callable(loaded, task.style, this.given(args));
    const known = this.processors.get(ended$);
    if (known !== undefined) return known;
    const call = callable(loaded, task.style, this.given(args));
    this.processors.set(ended$, call);
    return call;
  }

  private given(args: readonly unknown[]): readonly unknown[] {
    if (args.length === 0) return args;
    const known = this.args.get(args);
    if (known !== undefined) return known;
    const given = this.handOver(args);
    this.args.set(args, given);
    return given;
  }
}
