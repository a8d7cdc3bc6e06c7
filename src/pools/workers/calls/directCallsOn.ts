import type { CallEvents, CallRunner, CallTask } from '../../calls.ts';
import type { Pool } from '../../pool.ts';
import { callHostOf } from './callHosts.ts';
import { DirectCalls } from './DirectCalls.ts';

/** Makes a runner of a function's calls; undefined if the pool runs each call as a job. */
export function directCallsOn(pool: Pool, task: CallTask, events: CallEvents): CallRunner | undefined {
  const host = callHostOf(pool);
  return host === undefined ? undefined : new DirectCalls(host, task, events);
}
