/** Does each work three times, in turn, and gives the seconds of its fastest run. */
export async function fastest(...works: readonly (() => Promise<unknown>)[]): Promise<number[]> {
  const seconds = works.map(() => Infinity);
  for (let round = 0; round < 3; round++) {
    for (const [index, work] of works.entries()) {
      const start = performance.now();
      await work();
      seconds[index] = Math.min(seconds[index] ?? Infinity, (performance.now() - start) / 1000);
    }
  }
  return seconds;
}
