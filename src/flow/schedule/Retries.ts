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
  /** Emits chunks of one item each, which run again now, or finally fail: together those that do so at the same time. */
  readonly retry$: Observable<readonly Chunk<In>[]>;
  private readonly failing$ = new Subject<readonly Failing<In>[]>();
  private readonly plan: RetryPlan;
  private readonly runInContext: RunInContext | undefined;
  private readonly fails: (count: number) => void;

  /**
   * @param fails - Called with the number of items that {@link retry$} will emit.
   * @param runInContext - Enters the async context of the run.
   */
  constructor(plan: RetryPlan, fails: (count: number) => void, runInContext?: RunInContext) {
    this.plan = plan;
    this.runInContext = runInContext;
    this.fails = fails;
    this.retry$ = this.failing$.pipe(
      mergeMap((failing) => this.together(failing)),
      mergeMap((failing) => this.retryOf$(failing)),
    );
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

    const parts = failing.map(([at, error]) => ({ chunk: itemAt(chunk, from + at), error, workerFree$ }));
    this.fails(parts.length);
    this.failing$.next(parts);
    const retried = new Set(failing);
    const others = { ...message, errors: errors.filter((error) => !retried.has(error)) };
    const kept = withoutItems(
      others,
      failing.map(([at]) => at),
    );
    const last = { from: from + values.length, values: [], ...rest };
    return Object.keys(rest).length === 0 ? kept : [...kept, last];
  }

  /** The failed items of one message, in groups that have the same delay. */
  private together(failing: readonly Failing<In>[]): readonly (readonly Failing<In>[])[] {
    const isAlike = ({ error }: Failing<In>): boolean =>
      this.plan.retry?.isSameForAll === true &&
      !(error instanceof WorkerCrashError || error instanceof TaskTimeoutError);
    const alike = failing.filter(isAlike);
    const alone = failing.filter((each) => !isAlike(each)).map((each) => [each]);
    return alike.length === 0 ? alone : [alike, ...alone];
  }

  private retryOf$(failing: readonly Failing<In>[]): Observable<readonly Chunk<In>[]> {
    const [{ chunk, error, workerFree$ }] = failing as readonly [Failing<In>];
    const { attempt, crashes } = chunk;
    if (error instanceof WorkerCrashError) return of([{ ...chunk, attempt: attempt + 1, crashes: crashes + 1 }]);
    const { plan, runInContext } = this;
    const { retry } = plan;
    const delay$ = defer(() => retry?.delay$(error, attempt - crashes) ?? of(0));
    return delay$.pipe(
      inContext(runInContext),
      take(1),
      error instanceof TaskTimeoutError ? delayWhen(() => workerFree$) : identity,
      map(() => failing.map((each) => ({ ...each.chunk, attempt: attempt + 1 }))),
      defaultIfEmpty(failing.map((each) => ({ ...each.chunk, failed: each.error }))),
      catchError((reason: unknown) =>
        of(failing.map((each) => ({ ...each.chunk, failed: delayError(each.error, reason) }))),
      ),
    );
  }
}

/** A chunk of the item at a position of another one. */
function itemAt<In>(chunk: Chunk<In>, position: number): Chunk<In> {
  return {
    ...chunk,
    first: indexAt(chunk, position),
    indices: undefined,
    items: [chunk.items[position] as In],
    partitions: chunk.partitions?.slice(position, position + 1),
  };
}
