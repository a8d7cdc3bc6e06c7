import { summary } from './statistics.mjs';

/**
 * Measures all of some variants in each round, each time in another order, so that what else the machine does hits all alike.
 *
 * @param variants - By name, what is measured once: gives the number.
 * @returns By name, what was measured.
 */
export async function alternate(rounds, variants) {
  const names = Object.keys(variants);
  const measured = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const at of names.keys()) {
      const name = names[(at + round) % names.length];
      globalThis.gc?.();
      measured[name].push(await variants[name]());
    }
  return Object.fromEntries(names.map((name) => [name, summary(measured[name])]));
}

/** Milliseconds that something takes. */
export async function timed(work) {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
