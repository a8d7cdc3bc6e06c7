/** Does each kind of work twice, in turn, and gives for each the faster run in seconds: the first ones warm up. */
export async function fastest(...works: readonly (() => Promise<unknown>)[]): Promise<number[]> {
  const seconds = works.map(() => Infinity);
  for (let round = 0; round < 2; round++) {
    for (const [index, work] of works.entries()) {
      const start = performance.now();
      await work();
      seconds[index] = Math.min(seconds[index] ?? Infinity, (performance.now() - start) / 1000);
    }
  }
  return seconds;
}
