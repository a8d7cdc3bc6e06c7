import {
  concatMap,
  exhaustMap,
  filter,
  from,
  map,
  repeat,
  take,
  takeWhile,
  tap,
  type MonoTypeOperatorFunction,
  type Observable,
} from 'rxjs';
import { runAsTask } from '../../tasks/currentTask.ts';
import { checkStep } from '../../util/checkStep.ts';
import type { Settlements } from '../pool.ts';
import type { LocalTask } from './LocalTask.ts';
import type { RunningItem } from './pendingItem.ts';

/**
 * The yields of a generator, one message per yield. Asks for the next yield only while the job flows.
 *
 * @param inTime - Limits the time of a step.
 */
export function generated$(
  { job, position, task, slot }: RunningItem,
  iterator: Iterator<unknown> | AsyncIterator<unknown>,
  inTime: <T>() => MonoTypeOperatorFunction<T>,
): Observable<Settlements<unknown>> {
  const { flowing$ } = job;
  const next = (): unknown => runAsTask(task, () => iterator.next());
  const steps$ =
    Symbol.asyncIterator in iterator
      ? flowing$.pipe(
          filter(Boolean),
          take(1),
          concatMap(() => from(task.wait(next() as PromiseLike<unknown>)).pipe(inTime())),
          repeat(),
        )
      : whileFlowing$(flowing$, next);
  const endGenerator = (): void => {
    void task.wait(returnOf(task, iterator));
  };

  return (steps$ as Observable<IteratorResult<unknown>>).pipe(
    map(checkStep),
    takeWhile(({ done }) => done !== true, true),
    map(({ done, value }) => ({
      from: position,
      values: [],
      yields: done === true ? { values: [], ended: true } : { values: [slot.handOver(value)], ended: false },
    })),
    tap({ unsubscribe: endGenerator, error: endGenerator }),
  );
}

/** Takes steps in a loop while the job flows. */
function whileFlowing$<T>(flowing$: Observable<boolean>, next: () => T): Observable<T> {
  let flowing = false;

  return flowing$.pipe(
    tap((now) => (flowing = now)),
    filter(Boolean),
    exhaustMap(function* () {
      while (flowing) yield next();
    }),
  );
}

/** Ends a generator. An error of its `finally` is dropped, since nothing can receive it any more. */
async function returnOf(task: LocalTask, iterator: Iterator<unknown> | AsyncIterator<unknown>): Promise<void> {
  await runAsTask(task, () => iterator.return?.());
}
