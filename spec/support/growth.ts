/** Each is measured so often; the least is what the work itself costs. */
const ROUNDS = 3;
const ROUNDS_OF_SHORT_WORK = 30;

/**
 * What some work costs among many others, in units of what it costs alone: about 1, unless it looks at all the others.
 *
 * @param work - Takes less than a millisecond, and leaves all as it was.
 * @param addOthers - Adds the others.
 */
export function costAmongOthers(work: () => void, addOthers: () => void): number {
  leastMsOf(work);
  const alone = leastMsOf(work);
  addOthers();
  return leastMsOf(work) / alone;
}

/**
 * What some work on many pieces costs, in units of what as simple a work costs on as many: a few times as much, unless each
 * piece looks at all the others.
 *
 * @param prepare - Prepares the pieces, and gives the work.
 * @param prepareSimple - The same for the simple work.
 */
export function costBeside(prepare: () => () => void, prepareSimple: () => () => void): number {
  const simple = leastCostOf(prepareSimple);
  return leastCostOf(prepare) / simple;
}

/** By the clock: no other program comes into all rounds of short work, and the threads that collect garbage are not counted. */
function leastMsOf(work: () => void): number {
  work();
  const costs = Array.from({ length: ROUNDS_OF_SHORT_WORK }, () => {
    const startedAtMs = performance.now();
    work();
    return performance.now() - startedAtMs;
  });
  return Math.min(...costs);
}

/** By the time of the processor, since other programs come into long work. */
function leastCostOf(prepare: () => () => void): number {
  // Code is slow when it is new.
  prepare()();
  const costs = Array.from({ length: ROUNDS }, () => {
    const work = prepare();
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  });
  return Math.min(...costs);
}
