import { callable, type Callable } from '../tasks/callable.ts';
import type { Job } from './pool.ts';

/** A place of a pool of this thread. */
export class Place {
  private readonly processors = new WeakMap<object, Callable>();

  /** The task, bound to the arguments of its run: a processor is made once per place and run. */
  callFor({ task, args, ended$ }: Job<unknown>, loaded: unknown): Callable {
    if (task.style !== 'processor') return callable(loaded, task.style, args);
    const call = this.processors.get(ended$) ?? callable(loaded, task.style, args);
    this.processors.set(ended$, call);
    return call;
  }
}
