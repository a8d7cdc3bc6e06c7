import { expect } from 'chai';
import { parallel } from '../../../../src/operators/parallel.ts';
import { poolLoadedLater, type PoolCode } from '../../../../src/pools/workers/web/poolLoadedLater.ts';
import { poolOfThread } from '../../../../src/pools/workers/web/poolOfThread.ts';
import { TaskLoadError } from '../../../../src/tasks/errors/errors.ts';
import { errorOf } from '../../../support/settle.ts';

const double = (n: number): number => 2 * n;
const codeOf = (load: PoolCode['load'], maxMs = 10_000): PoolCode => ({ make: undefined, load, maxMs });

describe('a pool of this thread whose code is loaded later', () => {
  it('runs what comes meanwhile and afterwards, in two pools and two runs on each', async () => {
    const code = codeOf(() => Promise.resolve({ poolOfThread }));
    const pools = [poolLoadedLater(2, code), poolLoadedLater(1, code)];
    for (let round = 0; round < 2; round += 1) {
      const runs = pools.flatMap((pool) => [parallel(double, [1, 2, 3], { pool }), parallel(double, [4], { pool })]);
      expect(await Promise.all(runs)).to.deep.equal([[2, 4, 6], [8], [2, 4, 6], [8]]);
    }
    await Promise.all(pools.map((pool) => pool.close()));
  });

  it('fails its runs if the code cannot be loaded, and loads it again for the next ones', async () => {
    const answers = [Promise.reject(new Error('offline')), Promise.reject(new Error('offline'))];
    const code = codeOf(() => answers.shift() ?? Promise.resolve({ poolOfThread }));
    const pools = [poolLoadedLater(1, code), poolLoadedLater(1, code)];
    for (const error of await Promise.all(pools.map((pool) => errorOf(parallel(double, [1], { pool })))))
      expect(error).to.be.instanceOf(TaskLoadError).with.property('message').that.includes('did not load: offline');
    for (const pool of pools) expect(await parallel(double, [1], { pool })).to.deep.equal([2]);
  });

  it('fails its runs if the code does not come', async () => {
    const code = codeOf(() => new Promise(() => undefined), 20);
    const pools = [poolLoadedLater(1, code), poolLoadedLater(1, code)];
    for (const error of await Promise.all(pools.map((pool) => errorOf(parallel(double, [1], { pool })))))
      expect(error)
        .to.be.instanceOf(TaskLoadError)
        .with.property('message')
        .that.includes('did not load: it took 20 ms');
  });
});
