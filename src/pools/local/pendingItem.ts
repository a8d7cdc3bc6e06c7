import {
  catchError,
  from,
  identity,
  map,
  of,
  pipe,
  throwError,
  timeout,
  type MonoTypeOperatorFunction,
  type Observable,
} from 'rxjs';
import type { ParallelError } from '../../tasks/errors/errors.ts';
import { isIterator } from '../../tasks/isIterator.ts';
import { inContext } from '../../util/rx/inContext.ts';
import type { Job, Settlements } from '../pool.ts';
import { taskError, timeoutError } from '../shared/itemErrors.ts';
import { timeoutGrace } from '../shared/timeoutGrace.ts';
import { failedItem } from './failedItem.ts';
import { generated$ } from './generated.ts';
import type { LocalSlot } from './LocalSlot.ts';
import type { LocalTask } from './LocalTask.ts';

/** A running item of a job in this thread. */
export interface RunningItem {
  readonly job: Job<unknown>;
  readonly position: number;
  readonly task: LocalTask;
  readonly slot: LocalSlot;
  /** Call it when the task has settled, so that it is not aborted later. */
  readonly settled: () => void;
}

/** The settlements of an item whose task has returned a promise or a generator. */
export function pendingItem$(
  item: RunningItem,
  returned: PromiseLike<unknown> | Iterator<unknown> | AsyncIterator<unknown>,
): Observable<Settlements<unknown>> {
  const { job, position, task, slot } = item;
  let timedOut: ParallelError | undefined;
  const inTime = <T>(): MonoTypeOperatorFunction<T> =>
    withinTimeout(job, () => {
      timedOut = timeoutError(job, position);
      return timedOut;
    });
  const settlements$: Observable<Settlements<unknown>> = isIterator(returned)
    ? generated$(item, returned, inTime)
    : from(task.wait(returned)).pipe(
        inTime(),
        map((value) => {
          item.settled();
          return { from: position, values: [slot.handOver(value)] };
        }),
      );

  return settlements$.pipe(
    catchError((error: unknown) => {
      item.settled();
      if (timedOut === undefined || error !== timedOut)
        return of(failedItem(position, taskError(job, position, error)));
      task.abort(error);
      if (task.pending !== undefined) slot.keep(task.pending, timeoutGrace(job.graceMs, slot.graceMs));
      return of(failedItem(position, timedOut));
    }),
  );
}

/** Fails if the source does not emit within the timeout of a job. */
function withinTimeout<T>(
  { timeout: each, scheduler, runInContext }: Job<unknown>,
  makeError: () => ParallelError,
): MonoTypeOperatorFunction<T> {
  if (each === undefined) return identity;
  return pipe(timeout({ each, scheduler, with: () => throwError(makeError) }), inContext(runInContext));
}
