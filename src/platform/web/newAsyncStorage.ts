import type { AsyncStorage } from '../context/AsyncStorage.ts';

/** Makes an {@link AsyncStorage} whose value holds until the first `await` of a call: browsers keep nothing longer. */
export function newAsyncStorage<T>(): AsyncStorage<T> {
  let current: T | undefined;
  return {
    getStore: () => current,
    run: (store, call, ...args) => {
      const outer = current;
      current = store;
      try {
        return call(...args);
      } finally {
        current = outer;
      }
    },
  };
}
