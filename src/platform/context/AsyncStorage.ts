/** A value that holds in the course of a call, also after an `await` in it. */
export interface AsyncStorage<T> {
  /** The value of the call that is running; undefined outside of all calls. */
  getStore(): T | undefined;
  run<Result, Args extends readonly unknown[]>(store: T, call: (...args: Args) => Result, ...args: Args): Result;
}
