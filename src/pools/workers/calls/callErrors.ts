import { asyncScheduler, EMPTY } from 'rxjs';
import type { CallTask, PoolCall } from '../../calls.ts';
import type { Job } from '../../pool.ts';

/** A call as a job, for the words of its errors. */
export function jobOf({ task, args, ended$, transfer }: CallTask, call: PoolCall): Job<unknown> {
  return {
    task,
    args,
    ended$,
    transfer: transfer,
    first: call.index,
    items: [call.item],
    attempt: call.attempt,
    timeout: call.timeoutMs,
    gate$: EMPTY,
    flowing$: EMPTY,
    scheduler: asyncScheduler,
  };
}
