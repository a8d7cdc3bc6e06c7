import { clearTimeout, setImmediate, setTimeout } from '../../platform/timers.ts';
/** What a promise comes to, or `'late'` if it takes longer. The timer does not hold this process; what is waited for may. */
export async function within<T>(promise: Promise<T>, ms: number): Promise<T | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => {
      // Where this thread was blocked, what has come meanwhile is heard first.
      setImmediate(resolve, 'late');
    }, ms).unref();
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
