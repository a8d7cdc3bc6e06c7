/** Each is measured so often; the least is what the work itself costs. */
const ROUNDS = 3;
/** Short work is measured more often: garbage collection in other threads of the process is counted with it. */
const ROUNDS_OF_SHORT_WORK = 15;

/**
 * What some work costs among many others, in units of what it costs alone: about 1, unless it looks at all the others. The time
 * of the processor is measured, which other programs do not change.
 *
 * @param work - Leaves all as it was.
 * @param addOthers - Adds the others.
 */
export function costAmongOthers(work: () => void, addOthers: () => void): number {
  leastCostOf(() => work, ROUNDS_OF_SHORT_WORK);
  const alone = leastCostOf(() => work, ROUNDS_OF_SHORT_WORK);
  addOthers();
  return leastCostOf(() => work, ROUNDS_OF_SHORT_WORK) / alone;
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

function leastCostOf(prepare: () => () => void, rounds = ROUNDS): number {
  // Code is slow when it is new.
  prepare()();
  const costs = Array.from({ length: rounds }, () => {
    const work = prepare();
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  });
  return Math.min(...costs);
}
