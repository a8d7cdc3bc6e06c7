import { AsyncLocalStorage } from 'node:async_hooks';
import type { AsyncStorage } from '../context/AsyncStorage.ts';

/** Makes an {@link AsyncStorage}. With the first one, every promise of the thread costs more. */
export function newAsyncStorage<T>(): AsyncStorage<T> {
  return new AsyncLocalStorage<T>();
}
