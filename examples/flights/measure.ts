/** A result and how long it took. */
export interface Measured<T> {
  readonly result: T;
  readonly seconds: number;
}

/** Runs something and takes the time. */
export async function measure<T>(work: () => Promise<T>): Promise<Measured<T>> {
  const start = performance.now();
  const result = await work();
  return { result, seconds: (performance.now() - start) / 1000 };
}
