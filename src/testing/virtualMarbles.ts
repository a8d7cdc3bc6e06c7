import { of } from 'rxjs';
import { WorkerCrashError } from '../tasks/errors/errors.ts';
import { checkMs, show } from '../util/check.ts';
import { detailsOf, nameOf, taskError, timeoutError } from '../pools/shared/itemErrors.ts';
import type { Job, Settlements } from '../pools/pool.ts';
import { asked$, endOf, received, resultOf, yieldOf, type Settled$ } from './virtualItem.ts';
import { play$ } from './virtualPlay.ts';
import { readMarble, type Step } from './virtualScript.ts';

/**
 * Settings of a `VirtualPool` that calls no task, and goes by diagrams.
 *
 * @example The first try fails after two frames, the second gives a result after one
 * ```ts
 * const pool = new VirtualPool({
 *   workers: 1,
 *   marble: (_item: string, attempt) => (attempt === 1 ? '--#' : '-(r|)'),
 *   values: { r: 'result' },
 * });
 * ```
 *
 * @see {@link VirtualDurations} where the task is to be called.
 */
export interface VirtualMarbles {
  /** Most items at once, an integer from 1. */
  readonly workers: number;
  /**
   * How an item runs: a diagram, or a function of item and attempt (from 1) that gives one. `'---(r|)'` gives a result, and
   * `'--a-b|'` yields, as a generator does; `'--#'` throws, `'--x'` is a crash of the worker, `'---'` hangs. The worker is
   * busy until the end of the diagram. What several runs have in one frame comes in the order of `cold(marble)`: that of the
   * runs, but for a generator that was held up. A character is a frame, as in the diagrams of RxJS: a millisecond in
   * `TestScheduler.run`, and 10 elsewhere.
   */
  readonly marble: string | ((item: never, attempt: number) => string);
  /**
   * What letters stand for. One that is not named stands for itself. `x` is a crash in any case.
   *
   * @defaultValue none: all letters stand for themselves
   */
  readonly values?: Readonly<Record<string, unknown>>;
  /** What `#` throws: the `cause` of the item's TaskError. @defaultValue `'error'` */
  readonly error?: unknown;
  /** Milliseconds from a crash until another worker is in the place of the one that is gone, from 0. @defaultValue 0 */
  readonly crash?: number;
  /** Not together with `marble`, which says by itself how long an item takes. */
  readonly duration?: undefined;
  /** Only with `duration`: here no task is called, and none stands in for it. */
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

/** Does with an item what its diagram says. */
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
  const details = detailsOf(job, position);
  return new WorkerCrashError(
    `a virtual worker died while it ran ${nameOf(job)} on item ${String(details.index)}: exit code 1`,
    { ...details, exitCode: 1 },
  );
}
