import { clearTimeout, type Timer } from '../../../platform/time/timers.ts';
import type { ParallelError } from '../../../tasks/errors/errors.ts';
import type { PoolCall } from '../../calls.ts';

/** A call that a worker has. */
export class SentCall {
  readonly call: PoolCall;
  readonly number: number;
  /** Whether it went in a message of its own. */
  readonly isAlone: boolean;
  isStopped = false;
  hasYielded = false;
  /** Why it has failed, where it is tried again when the worker is free. */
  failure: ParallelError | undefined;
  /** Ends the worker if the task does not stop. */
  grace: Timer | undefined;
  /** When that is, in milliseconds. */
  killAtMs = Infinity;

  constructor(call: PoolCall, number: number, isAlone: boolean) {
    this.call = call;
    this.number = number;
    this.isAlone = isAlone;
  }

  /** Whether nobody waits for its result any more. */
  get isAbandoned(): boolean {
    return this.call.state === 'settled';
  }

  /** The worker is done with it. */
  end(): void {
    if (this.grace !== undefined) clearTimeout(this.grace);
  }
}
