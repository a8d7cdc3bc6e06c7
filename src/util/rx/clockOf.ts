import type { SchedulerLike } from 'rxjs';
import { nowMs } from '../../platform/time/nowMs.ts';
import { tellsTimeOfDay } from '../../platform/time/tellsTimeOfDay.ts';

/**
 * The interval after which the kind of a clock is checked again, in milliseconds: a test may replace the clock during a
 * run.
 */
const TRUSTED_MS = 10;

/**
 * A clock that follows the clock of a scheduler, but never goes backwards. RxJS's own schedulers tell the time of day,
 * which jumps both ways when it is set: in its place this measures the time that has really gone by.
 *
 * @param scheduler - The scheduler of the delays that are measured.
 * @returns A function that returns milliseconds, from 0.
 */
export function clockOf(scheduler: SchedulerLike): () => number {
  const ofScheduler = (): number => scheduler.now();
  const sourceNow = (): (() => number) => (tellsTimeOfDay(scheduler) ? nowMs : ofScheduler);
  let source = sourceNow();
  let readMs = source();
  let checkedMs = readMs;
  let totalMs = 0;

  return () => {
    const nextMs = source();
    const passedMs = Math.max(0, nextMs - readMs);
    readMs = nextMs;
    if (nextMs - checkedMs < TRUSTED_MS && nextMs >= checkedMs) return (totalMs += passedMs);

    const current = sourceNow();
    if (current === source) totalMs += passedMs;
    else {
      source = current;
      readMs = source();
    }
    checkedMs = readMs;
    return totalMs;
  };
}
