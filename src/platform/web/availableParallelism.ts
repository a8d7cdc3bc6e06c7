/** How many workers can work at once: one less than there are cores, since this thread paints. */
export function availableParallelism(): number {
  const { hardwareConcurrency = 4 } = (globalThis.navigator as Partial<Navigator> | undefined) ?? {};
  return Math.max(1, hardwareConcurrency - 1);
}
