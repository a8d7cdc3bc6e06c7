import {
  catchError,
  defaultIfEmpty,
  defer,
  delayWhen,
  identity,
  map,
  mergeMap,
  of,
  Subject,
  take,
  type Observable,
} from 'rxjs';
import type { Settlements } from '../../pools/pool.ts';
import { TaskTimeoutError, WorkerCrashError, type ParallelError } from '../../tasks/errors/errors.ts';
import type { RunInContext } from '../../platform/context/asyncContext.ts';
import { indexAt } from '../../util/indexAt.ts';
import { inContext } from '../../util/rx/inContext.ts';
import { withoutItems } from '../withoutItems.ts';
import type { Chunk } from './Chunk.ts';
import { delayError, mayRetry, type RetryPlan } from './retryPolicy.ts';

interface Failing<In> {
  readonly chunk: Chunk<In>;
  readonly error: ParallelError;
  readonly workerFree$: Observable<unknown>;
}

/** The failed items of a run that are tried again: at once after a crash, else after the delay of `retry`. */
export class Retries<In> {
  /** Emits chunks of one item each, which run again now, or finally fail. */
  readonly retry$: Observable<Chunk<In>>;
  private readonly failing$ = new Subject<Failing<In>>();
  private readonly plan: RetryPlan;
  private readonly runInContext: RunInContext | undefined;
  private readonly fails: () => void;

  /**
   * @param fails - Called for each item that {@link retry$} will emit.
   * @param runInContext - Enters the async context of the run.
   */
  constructor(plan: RetryPlan, fails: () => void, runInContext?: RunInContext) {
    this.plan = plan;
    this.runInContext = runInContext;
    this.fails = fails;
    this.retry$ = this.failing$.pipe(mergeMap((failing) => this.retryOf$(failing)));
  }

  /** Whether any item may be tried again. */
  get possible(): boolean {
    const { retry, crashRetries } = this.plan;
    return retry !== undefined || crashRetries > 0;
  }

  /** Ends it: no item will fail any more. */
  end(): void {
    this.failing$.complete();
  }

  /**
   * Takes the items that are tried again from a message of a job, and returns the rest of the message.
   *
   * @param yielded - The position of an item that has yielded, and so never runs again.
   * @param workerFree$ - Emits when the worker is free: an item that timed out may run until then.
   */
  take<Out>(
    message: Settlements<Out>,
    chunk: Chunk<In>,
    yielded: number | undefined,
    workerFree$: Observable<unknown>,
  ): readonly Settlements<Out>[] {
    const { from, values, errors = [], ...rest } = message;
    const failing = errors.filter(([at, error]) => from + at !== yielded && mayRetry(this.plan, error, chunk));
    if (failing.length === 0) return [message];

    for (const [at, error] of failing) {
      const position = from + at;
      this.fails();
      this.failing$.next({
        chunk: {
          ...chunk,
          first: indexAt(chunk, position),
          indices: undefined,
          items: [chunk.items[position] as In],
          partitions: chunk.partitions?.slice(position, position + 1),
        },
        error,
        workerFree$,
      });
    }
    const retried = new Set(failing);
    const others = { ...message, errors: errors.filter((error) => !retried.has(error)) };
    const parts = withoutItems(
      others,
      failing.map(([at]) => at),
    );
    const last = { from: from + values.length, values: [], ...rest };
    return [...parts, ...(rest.yields === undefined ? [] : [last])];
  }

  private retryOf$({ chunk, error, workerFree$ }: Failing<In>): Observable<Chunk<In>> {
    const { attempt, crashes } = chunk;
    if (error instanceof WorkerCrashError) return of({ ...chunk, attempt: attempt + 1, crashes: crashes + 1 });
    const { plan, runInContext } = this;
    const { retry } = plan;
    const delay$ = defer(() => retry?.delay$(error, attempt - crashes) ?? of(0));
    return delay$.pipe(
      inContext(runInContext),
      take(1),
      error instanceof TaskTimeoutError ? delayWhen(() => workerFree$) : identity,
      map(() => ({ ...chunk, attempt: attempt + 1 })),
      defaultIfEmpty({ ...chunk, failed: error }),
      catchError((reason: unknown) => of({ ...chunk, failed: delayError(error, reason) })),
    );
  }
}
