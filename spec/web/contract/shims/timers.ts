/** Makes `process.getActiveResourcesInfo` name the timers of this page that are set. To be called before other code takes them. */
export function countTimers(): void {
  const { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis;
  const set = new Set<unknown>();
  const clear =
    (own: (id: never) => void) =>
    (id: never): void => {
      set.delete(id);
      own(id);
    };
  Object.assign(globalThis, {
    setTimeout: (call: () => void, ms?: number) => {
      const id = setTimeout(() => {
        set.delete(id);
        call();
      }, ms);
      set.add(id);
      return id;
    },
    setInterval: (call: () => void, ms?: number) => {
      const id = setInterval(call, ms);
      set.add(id);
      return id;
    },
    clearTimeout: clear(clearTimeout),
    clearInterval: clear(clearInterval),
  });
  Object.assign(process, { getActiveResourcesInfo: () => Array.from(set, () => 'Timeout') });
}
