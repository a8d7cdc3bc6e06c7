/**
 * The contract of a Pool, as a function that makes a mocha suite of it: for the pools of this package, and for yours.
 *
 * ```ts
 * describe('MyPool', () => {
 *   testPool(() => new MyPool({ workers: 2 }), {
 *     closures: false,
 *     inline: true,
 *     modules: true,
 *     promises: true,
 *     realTime: true,
 *     copies: true,
 *     transfer: false,
 *     terminate: true,
 *     crash: true,
 *     synchronous: false,
 *   });
 * });
 * ```
 *
 * What your pool cannot do by its nature is `false`; what needs it is skipped, and its title says why. Nothing else is. One
 * pool serves most tests, others are made to be closed. It needs no certain size, but 2 shows more than 1. Its tasks are
 * those of `poolContract/poolTasks.ts`: they write to files of this machine. A pool without `realTime` has to take some
 * time for each item, and has to take for ever for the item `HANG`.
 */
import { PoolBench, type MakePool } from './poolContract/PoolBench.ts';
import { specifyWith, type PoolTraits } from './poolContract/PoolTraits.ts';
import { specifyColumns } from './poolContract/specifyColumns.ts';
import { specifyClosing } from './poolContract/specifyClosing.ts';
import { specifyErrors } from './poolContract/specifyErrors.ts';
import { specifyJobs } from './poolContract/specifyJobs.ts';
import { specifyRuns } from './poolContract/specifyRuns.ts';
import { specifyStopping } from './poolContract/specifyStopping.ts';
import { scratch } from './scratch.ts';

export { HANG } from './poolContract/poolTasks.ts';
export type { PoolTraits };

/**
 * Specifies a pool.
 *
 * @param makePool - Makes one, with workers of its own; or a promise of one.
 * @param traits - What it can do.
 */
export function testPool(makePool: MakePool, traits: PoolTraits): void {
  describe('keeps the contract of a pool', function () {
    this.timeout(60_000);
    const log = scratch();
    const bench = new PoolBench(makePool, traits);
    const others: PoolBench[] = [];
    const open = async (): Promise<PoolBench> => {
      const other = new PoolBench(makePool, traits);
      others.push(other);
      await other.open();
      return other;
    };
    before(() => bench.open());
    after(() => bench.close());
    afterEach(() => Promise.all(others.splice(0).map((other) => other.close())));
    const specify = specifyWith(traits);

    specifyJobs(bench, specify, traits, log);
    specifyColumns(bench, specify);
    specifyRuns(bench, specify, traits);
    specifyErrors(bench, specify, traits, log);
    specifyStopping(bench, specify, traits, log);
    specifyClosing(open, specify, traits, log);
  });
}
