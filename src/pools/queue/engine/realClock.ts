import { nowMs } from '../../../platform/time/nowMs.ts';
import { clearTimeout, setTimeout } from '../../../platform/time/timers.ts';
import type { Clock } from './Clock.ts';

export const REAL_CLOCK: Clock = {
  now: nowMs,
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};
