import { defer, map, of, take, type Subscription } from 'rxjs';
import { WorkerCrashError, type ParallelError } from '../../tasks/errors/errors.ts';
import { delayError, type RetryPlan } from '../schedule/retryPolicy.ts';
import type { Call } from './Call.ts';

/** The failed calls that wait for their next attempt. */
export class RetryDelays {
  private readonly plan: RetryPlan;
  private readonly requeue: (call: Call) => void;
  private readonly fail: (call: Call, error: ParallelError) => void;
  private readonly delays = new Map<Call, Subscription>();

  /**
   * @param requeue - Receives a call when its delay is over.
   * @param fail - Receives a call whose delay fails, or completes without a value.
   */
  constructor(plan: RetryPlan, requeue: (call: Call) => void, fail: (call: Call, error: ParallelError) => void) {
    this.plan = plan;
    this.requeue = requeue;
    this.fail = fail;
  }

  /** The calls whose delay is not over. */
  get calls(): readonly Call[] {
    return [...this.delays.keys()];
  }

  add(call: Call, error: ParallelError): void {
    const { attempt, crashes } = call;
    call.attempt += 1;
    call.state = 'waiting';
    if (error instanceof WorkerCrashError) {
      call.crashes += 1;
      this.requeue(call);
      return;
    }
    let hasEnded = false;
    const end = (then: () => void): void => {
      hasEnded = true;
      this.delays.delete(call);
      then();
    };
    call.runInContext(() => {
      const delay$ = defer(() => this.plan.retry?.delay$(error, attempt - crashes) ?? of(0)).pipe(
        take(1),
        map(() => true),
      );
      let hasEmitted = false;
      const delay = delay$.subscribe({
        next: () => {
          hasEmitted = true;
        },
        error: (reason: unknown) => {
          end(() => {
            this.fail(call, delayError(error, reason));
          });
        },
        complete: () => {
          end(() => {
            if (hasEmitted) this.requeue(call);
            else this.fail(call, error);
          });
        },
      });
      if (!hasEnded) this.delays.set(call, delay);
    });
  }

  /** Ends all delays. @returns their calls, which go again. */
  takeAll(): readonly Call[] {
    const { calls } = this;
    for (const call of calls) this.cancel(call);
    return calls;
  }

  cancel(call: Call): void {
    const delay = this.delays.get(call);
    this.delays.delete(call);
    if (delay !== undefined)
      call.runInContext(() => {
        delay.unsubscribe();
      });
  }
}
