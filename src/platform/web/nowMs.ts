const { performance } = globalThis;

/** Milliseconds by a clock that only goes forwards, from any start. A test may replace the global one, or set it. */
export const nowMs: () => number = performance.now.bind(performance);
