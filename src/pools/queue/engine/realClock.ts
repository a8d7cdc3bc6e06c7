import { nowMs } from '../../../platform/nowMs.ts';
import { clearTimeout, setTimeout } from '../../../platform/timers.ts';
import type { Clock } from './Clock.ts';

/** The clock of this process. */
export const REAL_CLOCK: Clock = {
  now: nowMs,
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};
