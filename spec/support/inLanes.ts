/** How many programs run at a time, each of which starts others. */
const LANES = 2;

/**
 * Begins all of some works, in their order, a few at a time: programs that a test waits for leave most of a machine idle while
 * they boot.
 *
 * @returns What gives the outcome of each, by its name.
 */
export function inLanes<T>(works: Readonly<Record<string, () => Promise<T>>>): (name: string) => Promise<T> {
  const outcomes = new Map<string, Promise<T>>();
  const lanes = Array.from({ length: LANES }, () => Promise.resolve<unknown>(undefined));
  for (const [n, [name, work]] of Object.entries(works).entries()) {
    const outcome = (lanes[n % LANES] as Promise<unknown>).then(work);
    // The test that asks for it sees its failure.
    lanes[n % LANES] = outcome.catch(() => undefined);
    outcomes.set(name, outcome);
  }
  return (name) => outcomes.get(name) ?? Promise.reject(new Error(`nothing has begun that is called ${name}`));
}
