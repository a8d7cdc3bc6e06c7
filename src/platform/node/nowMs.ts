import { performance } from 'node:perf_hooks';

/** Milliseconds by a clock that only goes forwards, from any start. A test may replace the global one, or set it. */
export const nowMs: () => number = performance.now.bind(performance);
