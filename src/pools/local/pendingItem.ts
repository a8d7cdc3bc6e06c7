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
import { failedItem } from './failedItem.ts';
import { generated$ } from './generated.ts';
import type { LocalSlot } from './LocalSlot.ts';
import type { LocalTask } from './LocalTask.ts';

/** An item of a job that is running in this thread. */
export interface RunningItem {
  readonly job: Job<unknown>;
  readonly position: number;
  readonly task: LocalTask;
  readonly slot: LocalSlot;
  /** To be called when the task has settled: nothing is to be told to it any more. */
  readonly settled: () => void;
}

/** The settlements of an item whose task has returned a promise, or a generator. */
export function pendingItem$(
  item: RunningItem,
  returned: PromiseLike<unknown> | Iterator<unknown> | AsyncIterator<unknown>,
): Observable<Settlements<unknown>> {
  const { job, position, task, slot } = item;
  let late: ParallelError | undefined;
  const inTime = <T>(): MonoTypeOperatorFunction<T> =>
    withinTimeout(job, () => {
      late = timeoutError(job, position);
      return late;
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
      if (late === undefined || error !== late) return of(failedItem(position, taskError(job, position, error)));
      task.abort(error);
      if (task.pending !== undefined) slot.keep(task.pending);
      return of(failedItem(position, late));
    }),
  );
}

/** Fails where nothing comes within the timeout of a job. */
function withinTimeout<T>(
  { timeout: each, scheduler, runInContext }: Job<unknown>,
  late: () => ParallelError,
): MonoTypeOperatorFunction<T> {
  if (each === undefined) return identity;
  return pipe(timeout({ each, scheduler, with: () => throwError(late) }), inContext(runInContext));
}
