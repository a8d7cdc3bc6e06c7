import { of } from 'rxjs';
import { WorkerCrashError } from '../tasks/errors/errors.ts';
import { checkMs, show } from '../util/check.ts';
import { detailsOf, itemError, nameOf, taskError, timeoutError } from '../pools/shared/itemErrors.ts';
import type { Job, Settlements } from '../pools/pool.ts';
import { asked$, endOf, received, resultOf, yieldOf, type Settled$ } from './virtualItem.ts';
import { play$ } from './virtualPlay.ts';
import { readMarble, type Step } from './virtualScript.ts';

/**
 * Options of a {@link VirtualPool} that does not call tasks, but uses diagrams.
 *
 * @example The first attempt fails after two frames, the second gives a result after one
 * ```ts
 * const pool = new VirtualPool({
 *   workers: 1,
 *   marble: (_item: string, attempt) => (attempt === 1 ? '--#' : '-(r|)'),
 *   values: { r: 'result' },
 * });
 * ```
 *
 * @see {@link VirtualDurations} to call the task.
 */
export interface VirtualMarbles {
  /** The maximum number of items at once, an integer from 1. */
  readonly workers: number;
  /**
   * The diagram of an item, or a function that takes the item and the attempt (from 1) and returns one. `'---(r|)'` gives a
   * result, `'--a-b|'` yields like a generator, `'--#'` throws, `'--x'` is a crash of the worker, and `'---'` hangs. The
   * worker is busy until the end of the diagram.
   *
   * If several runs have events in one frame, their order is that of `cold(marble)`: the order of the starts, except for a
   * generator that was held up. A character is a frame, as in the diagrams of RxJS: one millisecond in `TestScheduler.run`,
   * and ten elsewhere.
   */
  readonly marble: string | ((item: never, attempt: number) => string);
  /**
   * The values of letters. A letter without a value stands for itself. `x` is always a crash.
   *
   * @defaultValue none: all letters stand for themselves
   */
  readonly values?: Readonly<Record<string, unknown>>;
  /** The value that `#` throws: the `cause` of the {@link TaskError}. @defaultValue `'error'` */
  readonly error?: unknown;
  /** The time from a crash until the next worker is ready, in milliseconds, from 0. @defaultValue 0 */
  readonly crash?: number;
  /** Not together with `marble`: a diagram has a duration of its own. */
  readonly duration?: undefined;
  /** Only with `duration`: with `marble`, no task is called. */
  readonly run?: undefined;
}

/** @throws TypeError or RangeError if an option is wrong. */
export function checkMarbles({ marble, values, crash }: VirtualMarbles): void {
  if (typeof marble !== 'string' && typeof marble !== 'function')
    throw new TypeError(`marble must be a diagram or a function, not ${show(marble)}`);
  if (values !== undefined && (typeof values !== 'object' || (values as unknown) === null))
    throw new TypeError(`values must be an object, not ${show(values)}`);
  if (crash !== undefined) checkMs('crash', crash, 0);
}

/** Plays the diagram of an item. */
export function drawn$(settings: VirtualMarbles, job: Job<unknown>, position: number): Settled$ {
  const { marble, values = {}, error = 'error' } = settings;
  received(job, position);
  const { steps, kind } = readMarble(
    typeof marble === 'function' ? marble(job.items[position] as never, job.attempt) : marble,
  );
  const valueOf = ({ letter = '' }: Step): unknown => (Object.hasOwn(values, letter) ? values[letter] : letter);

  const does = (step: Step): Settlements<unknown> | undefined => {
    switch (step.kind) {
      case 'value':
        return kind === 'result' ? resultOf(valueOf(step), job, position) : yieldOf(valueOf(step), job, position);
      case 'end':
        return kind === 'result' ? undefined : endOf(position);
      case 'throw':
        throw taskError(job, position, error);
      case 'crash':
        throw crashError(job, position);
    }
  };
  return play$(
    steps,
    {
      does,
      asked$: kind === 'yields' ? asked$(job) : of(0),
      // The rest of a result's diagram is not timed out.
      timed: kind === 'result' ? 1 : steps.length,
      timeoutError: () => timeoutError(job, position),
    },
    job,
  );
}

function crashError(job: Job<unknown>, position: number): WorkerCrashError {
  return itemError(
    WorkerCrashError,
    { before: `a virtual worker died while it ran ${nameOf(job)}`, preposition: 'on', after: ': exit code 1' },
    { ...detailsOf(job, position), exitCode: 1 },
  );
}
