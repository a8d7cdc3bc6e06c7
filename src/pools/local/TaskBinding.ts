import { callable, type Callable } from '../../tasks/callable.ts';
import { withoutBuffers } from './withoutBuffers.ts';
import type { Job } from '../pool.ts';

/** The task of a run, bound to its arguments, in one slot of this thread. */
export class TaskBinding {
  /** Gives a value as a task, or a run, gets it. */
  readonly handOver: <T>(value: T) => T;
  private readonly processors = new WeakMap<object, Callable>();
  /** The arguments of runs, as their tasks get them. */
  private readonly args = new WeakMap<readonly unknown[], readonly unknown[]>();

  /** @param handOver - How values are handed over: as to a worker, if it is left out. */
  constructor(handOver: <T>(value: T) => T = withoutBuffers) {
    this.handOver = handOver;
  }

  /** The task, bound to the arguments of its run: a processor is made once per slot and run. */
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
