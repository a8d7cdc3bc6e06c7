import { LONGEST_TIMER_MS } from '../../../platform/time/longestTimerMs.ts';
import { clearTimeout, setImmediate, setTimeout, type Timer } from '../../../platform/time/timers.ts';

/** The value of a promise, or `'timeout'` if it takes longer. The timer does not keep this process alive. */
export async function withTimeout<T>(promise: Promise<T>, ms: number): Promise<T | 'timeout'> {
  let timer: Timer | undefined;
  const timedOut = new Promise<'timeout'>((resolve) => {
    timer = setTimeout(
      () => {
        // If this thread was blocked, it first receives the messages that came meanwhile.
        setImmediate(resolve, 'timeout');
      },
      Math.min(ms, LONGEST_TIMER_MS),
    ).unref();
  });
  try {
    return await Promise.race([promise, timedOut]);
  } finally {
    clearTimeout(timer);
  }
}
