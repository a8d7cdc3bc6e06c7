import { concatMap, defer, map, of, repeat, takeWhile, tap } from 'rxjs';
import { runAsTask } from '../tasks/currentTask.ts';
import { TaskLoadError, TaskTimeoutError } from '../tasks/errors/errors.ts';
import { isIterator, isPromiseLike } from '../tasks/isIterator.ts';
import type { AnyTask } from '../tasks/Task.ts';
import { checkFunction } from '../util/check.ts';
import { checkStep } from '../util/checkStep.ts';
import { indexAt } from '../util/indexAt.ts';
import { detailsOf, nameOf, taskError } from '../pools/shared/itemErrors.ts';
import { LocalTask } from '../pools/local/LocalTask.ts';
import type { TaskBinding } from '../pools/local/TaskBinding.ts';
import type { Job } from '../pools/pool.ts';
import { checkDuration, durationOf, type Duration } from './virtualDuration.ts';
import { after$, asked$, endOf, received, resultOf, yieldOf, type Settled$ } from './virtualItem.ts';

/**
 * Options of a {@link VirtualPool} that calls the tasks.
 *
 * @example Replace a task of a module
 * ```ts
 * const pool = new VirtualPool({ workers: 2, duration: 3, run: (_task, row: string) => row.trim() });
 * ```
 *
 * @see {@link VirtualMarbles} to draw the task instead.
 */
export interface VirtualDurations {
  /** The maximum number of items at once, an integer from 1. */
  readonly workers: number;
  /**
   * The duration of one item, or of one step of a generator, in the scheduler's time, in milliseconds: from 0, or
   * `Infinity` for a task that hangs. It is a number, a function that takes the item and the attempt (from 1), or
   * `{ min, max, seed }` for random durations that are the same in each run of a test.
   */
  readonly duration: Duration;
  /**
   * Replaces a task that comes from `tasks(...)`, or that is async, since virtual time cannot wait for promises. The
   * function is called with the task, a copy of the item, and the attempt (from 1). It returns a value or a generator, or
   * throws, like the task.
   *
   * @defaultValue the function of the task
   */
  readonly run?: (task: AnyTask, item: never, attempt: number) => unknown;
  /** Not together with `duration`: a diagram has a duration of its own. */
  readonly marble?: undefined;
  /** Only with `marble`: with `duration`, the task gives the results. */
  readonly values?: undefined;
  /** Only with `marble`: with `duration`, the task throws. */
  readonly error?: undefined;
  /** Only with `marble`: with `duration`, no worker dies. */
  readonly crash?: undefined;
}

/** @throws TypeError or RangeError if an option is wrong. */
export function checkDurations({ duration, run }: VirtualDurations): void {
  checkDuration(duration);
  if (run !== undefined) checkFunction('run', run);
}

/** Calls the task with an item now, and emits the outcome after its duration. */
export function called$(
  { duration, run }: VirtualDurations,
  binding: TaskBinding,
  job: Job<unknown>,
  position: number,
): Settled$ {
  if (run === undefined && job.task.live === undefined) throw standInMissing(job, position, 'comes from a module');
  const item = received(job, position);
  const context = new LocalTask(indexAt(job, position), job.attempt);
  const inTask: InTask = (call) => capture(job, position, () => runAsTask(context, call));
  const outcome = inTask(() =>
    run === undefined ? binding.callFor(job, job.task.live)(item) : run(job.task, item as never, job.attempt),
  );
  if (isAsync(outcome.value)) throw standInMissing(job, position, 'is async');

  const nextMs = durationOf(duration, job, position);
  const settled$ = isIterator(outcome.value)
    ? yields$(outcome.value as Iterator<unknown>, inTask, job, position, nextMs)
    : // Asked for here: what tells no duration fails at once.
      after$(nextMs(), job, position).pipe(map(() => resultOf(outcome.get(), job, position)));
  return settled$.pipe(
    tap({
      unsubscribe: () => {
        context.abort();
      },
      error: (error: unknown) => {
        if (error instanceof TaskTimeoutError) context.abort(error);
      },
    }),
  );
}

function yields$(
  iterator: Iterator<unknown>,
  inTask: InTask,
  job: Job<unknown>,
  position: number,
  nextMs: () => number,
): Settled$ {
  const step$ = defer(() => {
    const step = inTask(() => checkStep(iterator.next()));
    return (step.value?.done === true ? of(0) : after$(nextMs(), job, position)).pipe(map(() => step.get()));
  });
  const endGenerator = (): void => {
    // What its `finally` throws now comes too late, as a result would.
    inTask(() => iterator.return?.());
  };

  return asked$(job).pipe(
    concatMap(() => step$),
    repeat(),
    takeWhile(({ done }) => done !== true, true),
    map(({ done, value }) => (done === true ? endOf(position) : yieldOf(value, job, position))),
    tap({ unsubscribe: endGenerator, error: endGenerator }),
  );
}

/** The outcome of a call, kept until its time has come. */
interface Outcome<T> {
  readonly value?: T;
  readonly get: () => T;
}

/** Makes a call in the course of which `currentTask()` is the item's. */
type InTask = <T>(call: () => T) => Outcome<T>;

function capture<T>(job: Job<unknown>, position: number, call: () => T): Outcome<T> {
  try {
    const value = call();
    return { value, get: () => value };
  } catch (error) {
    return {
      get: () => {
        throw taskError(job, position, error);
      },
    };
  }
}

function isAsync(returned: unknown): boolean {
  return isPromiseLike(returned) || (isIterator(returned) && Symbol.asyncIterator in returned);
}

function standInMissing(job: Job<unknown>, position: number, why: string): TaskLoadError {
  return new TaskLoadError(
    `${nameOf(job)} ${why}: a VirtualPool needs \`run\` or \`marble\` to stand in for it`,
    detailsOf(job, position),
  );
}
