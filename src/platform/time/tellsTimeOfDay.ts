import { areTimersReal } from './timers.ts';

/** Whether a clock tells the time of day while timers are real: in a `TestScheduler`, and with fake timers, it does not. */
export function tellsTimeOfDay(clock: { now(): number }): boolean {
  if (!areTimersReal()) return false;
  const earliestMs = Date.now();
  const toldMs = clock.now();
  return toldMs >= earliestMs && toldMs <= Date.now();
}
