import { checkCount, checkMs } from '../util/check.ts';
import { takeOptions } from '../util/takeOptions.ts';
import type { Job } from '../pools/pool.ts';

/**
 * Random durations that are the same in each run of a test: integers from `min` to `max`, computed from `seed`, index and
 * attempt.
 *
 * @example One to nine milliseconds per item
 * ```ts
 * const pool = new VirtualPool({ workers: 2, duration: { min: 1, max: 9, seed: 0 } });
 * ```
 */
export interface RandomDuration {
  /** The shortest duration, in milliseconds, an integer from 0. */
  readonly min: number;
  /** The longest duration, in milliseconds, an integer from `min`. */
  readonly max: number;
  /** An integer from 0. Each seed gives other durations. */
  readonly seed: number;
}

/**
 * The duration of items in the scheduler's time, in milliseconds, from 0 to 2147483647; `Infinity` for a task that hangs.
 */
export type Duration = number | RandomDuration | ((item: never, attempt: number) => number);

/** @throws TypeError or RangeError if it is none. */
export function checkDuration(duration: unknown): void {
  if (typeof duration === 'function') return;
  if (typeof duration !== 'object' || duration === null) {
    checkWait(duration, ', Infinity, a function or { min, max, seed }');
    return;
  }
  const { min, max, seed } = takeOptions(duration as RandomDuration, ['min', 'max', 'seed'], 'duration');
  checkCount('duration.min', min, 0);
  checkCount('duration.max', max, min);
  checkCount('duration.seed', seed, 0);
}

/** Gives a function that returns the duration of an item, or of the next step of a generator, at each call. */
export function durationOf(
  duration: Duration,
  { first, items, attempt }: Job<unknown>,
  position: number,
): () => number {
  if (typeof duration === 'object') return random(duration, first + position, attempt);
  if (typeof duration === 'number') return () => duration;
  return () => {
    const ms = duration(items[position] as never, attempt);
    checkWait(ms, ' or Infinity');
    return ms;
  };
}

function checkWait(ms: unknown, or: string): void {
  if (ms !== Infinity) checkMs('duration', ms, 0, or);
}

/**
 * Depends on the index, so that other items do not change the duration. Uses the generator Mulberry32 by Tommy Ettinger.
 */
function random({ min, max, seed }: RandomDuration, index: number, attempt: number): () => number {
  let state = (seed ^ Math.imul(index + 1, 0x9e3779b1) ^ Math.imul(attempt, 0x85ebca6b)) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return min + (((mixed ^ (mixed >>> 14)) >>> 0) % (max - min + 1));
  };
}
