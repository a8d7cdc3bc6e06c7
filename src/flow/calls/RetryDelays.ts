import { defer, map, of, take, type Subscription } from 'rxjs';
import { WorkerCrashError, type ParallelError } from '../../tasks/errors/errors.ts';
import { delayError, type RetryPlan } from '../schedule/retryPolicy.ts';
import type { Call } from './Call.ts';

/** The calls that have failed, and are about to be tried again. */
export class RetryDelays {
  private readonly plan: RetryPlan;
  private readonly again: (call: Call) => void;
  private readonly fail: (call: Call, error: ParallelError) => void;
  private readonly delays = new Map<Call, Subscription>();

  /**
   * @param again - Is given a call when it is time.
   * @param fail - Is given a call whose delay ends without saying so.
   */
  constructor(plan: RetryPlan, again: (call: Call) => void, fail: (call: Call, error: ParallelError) => void) {
    this.plan = plan;
    this.again = again;
    this.fail = fail;
  }

  /** The calls that wait for their time. */
  get calls(): readonly Call[] {
    return [...this.delays.keys()];
  }

  add(call: Call, error: ParallelError): void {
    const { attempt, crashes } = call;
    call.attempt += 1;
    call.state = 'waiting';
    if (error instanceof WorkerCrashError) {
      call.crashes += 1;
      this.again(call);
      return;
    }
    let isOver = false;
    const end = (then: () => void): void => {
      isOver = true;
      this.delays.delete(call);
      then();
    };
    call.runInContext(() => {
      const delay$ = defer(() => this.plan.retry?.delay$(error, attempt - crashes) ?? of(0)).pipe(
        take(1),
        map(() => true),
      );
      let isTime = false;
      const delay = delay$.subscribe({
        next: () => {
          isTime = true;
        },
        error: (reason: unknown) => {
          end(() => {
            this.fail(call, delayError(error, reason));
          });
        },
        complete: () => {
          end(() => {
            if (isTime) this.again(call);
            else this.fail(call, error);
          });
        },
      });
      if (!isOver) this.delays.set(call, delay);
    });
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
