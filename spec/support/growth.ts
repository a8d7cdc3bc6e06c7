/** Each is measured so often; the least is what the work itself costs. */
const ROUNDS = 3;

/**
 * What some work costs among many others, in units of what it costs alone: about 1, unless it looks at all the others. The time
 * of the processor is measured, which other programs do not change.
 *
 * @param work - Leaves all as it was.
 * @param addOthers - Adds the others.
 */
export function costAmongOthers(work: () => void, addOthers: () => void): number {
  leastCostOf(() => work);
  const alone = leastCostOf(() => work);
  addOthers();
  return leastCostOf(() => work) / alone;
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
