/** Each is measured so often; the least is what the work itself costs. */
const ROUNDS = 3;
const ROUNDS_OF_SHORT_WORK = 30;

/**
 * What some work costs among many others, in units of what it costs alone: about 1, unless it looks at all the others.
 *
 * @param work - Takes a few milliseconds at most, and leaves all as it was.
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

/**
 * The time that this thread needs is at most that of the clock, which other programs make longer, and at most that of the
 * processor, which the threads that collect garbage make longer: the lesser is the nearer one.
 */
function leastMsOf(work: () => void): number {
  work();
  const costs = Array.from({ length: ROUNDS_OF_SHORT_WORK }, () => {
    const before = process.cpuUsage();
    const startedAtMs = performance.now();
    work();
    const tookMs = performance.now() - startedAtMs;
    const { user, system } = process.cpuUsage(before);
    return Math.min(tookMs, (user + system) / 1000);
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
