export const empty = (item) => item;
export const spin = (ms) => {
  const until = performance.now() + ms;
  while (performance.now() < until);
  return ms;
};
/** Takes so many milliseconds, and ends at once when it is told to stop, where it is told: `currentTask` is undefined elsewhere. */
export const nap = async (ms) => {
  const signal = globalThis.currentTask?.()?.signal;
  await new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
  return ms;
};
