import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import {
  parallel,
  PoolClosedError,
  pooled,
  ProcessPool,
  tasks,
  ThreadPool,
  type WorkerPoolConfig,
} from '../../../src/index.ts';
import { onWorkerStart } from '../../support/workersStarted.ts';
import { errorOf } from '../../support/settle.ts';
import { until } from '../../support/until.ts';

const t = tasks<typeof import('../../support/tasks.ts')>(new URL('../../support/tasks.ts', import.meta.url));
const fast = ['--enable-source-maps', '--import', new URL('../../support/register.js', import.meta.url).href];
const index = new URL('../../../src/index.ts', import.meta.url).href;

describe('minWorkers', function () {
  this.timeout(60_000);

  for (const [kind, Pool] of Object.entries({ threads: ThreadPool, processes: ProcessPool }))
    describe(`of ${kind}`, () => {
      let started = 0;
      let exited = 0;
      let stop: () => void;
      const kills: (() => void)[] = [];
      const open = (config: WorkerPoolConfig): ThreadPool | ProcessPool =>
        new Pool({ workers: 3, execArgv: fast, idleMs: 30, ...config });
      beforeEach(() => {
        [started, exited] = [0, 0];
        kills.length = 0;
        stop = onWorkerStart((worker, kill) => {
          // A process has a thread that watches its parent, elsewhere.
          started += 1;
          kills.push(() => {
            kill('SIGKILL');
          });
          worker.once('exit', () => (exited += 1));
        });
      });
      afterEach(() => {
        stop();
      });

      it('are there before the first item, and stay when they have nothing to do', async () => {
        const [kept, other] = [open({ minWorkers: 2 }), open({ minWorkers: 0 })];
        await until(() => started === 2);
        expect(await parallel(t.waitFor, [50, 50, 50], { pool: kept, chunkSize: 1 })).to.have.length(3);
        await until(() => exited === 1);
        await sleep(150);
        expect([started, exited]).to.deep.equal([3, 1]);
        await Promise.all([kept.close(), other.close()]);
        expect([started, exited]).to.deep.equal([3, 3]);
      });

      it('are replaced when they die with nothing to do, but not for ever', async () => {
        const pool = open({ minWorkers: 1 });
        expect(await parallel(t.double, [1], { pool })).to.deep.equal([2]);
        kills[0]?.();
        await until(() => started === 2);
        // One that has done nothing may die by itself each time.
        await pool.ready();
        const before = started;
        for (const kill of kills) kill();
        await until(() => exited >= before);
        await sleep(100);
        expect(started).to.be.at.most(before + 1);
        await using double = pooled(t.double, { pool });
        expect(await double(4)).to.equal(8);
        await pool.close();
        const after = started;
        expect(await errorOf(double(1))).to.be.instanceOf(PoolClosedError);
        await sleep(50);
        expect(started).to.equal(after);
      });

      it('do not keep the program alive', () => {
        const text = `
          import { ${Pool.name} } from ${JSON.stringify(index)};
          const pool = new ${Pool.name}({ workers: 2, minWorkers: 2, idleMs: Infinity });
          await pool.ready();
          console.log('done');`;
        const { stdout, status } = spawnSync(process.execPath, [...fast, '--input-type=module', '-e', text], {
          encoding: 'utf8',
          timeout: 40_000,
        });
        expect([stdout, status]).to.deep.equal(['done\n', 0]);
      });

      it('are at most as many as the workers', () => {
        for (const [config, message] of [
          [{ minWorkers: 4 }, 'minWorkers must be at most workers, 3, not 4'],
          [{ workers: 0, minWorkers: 1 }, 'minWorkers must be at most workers, 0, not 1'],
          [{ minWorkers: -1 }, 'minWorkers must be an integer from 0, not -1'],
          [{ minWorkers: 1.5 }, 'minWorkers must be an integer from 0, not 1.5'],
        ] as const)
          expect(() => open(config)).to.throw(RangeError, message);
        expect(() => open({ minWorkers: '2' as never })).to.throw(TypeError, 'minWorkers must be an integer from 0');
      });
    });
});

describe('the name of a pool', () => {
  it('is in its errors, and has to be a text', async () => {
    for (const [workers, message] of [
      [1, 'the pool "photos" of thread workers is closed'],
      [0, 'the pool "photos" is closed'],
    ] as const) {
      const pool = new ThreadPool({ workers, name: 'photos' });
      await pool.close();
      expect(await errorOf(parallel(t.double, [1], { pool })))
        .to.be.instanceOf(PoolClosedError)
        .with.property('message', message);
    }
    expect(() => new ThreadPool({ name: '' })).to.throw(RangeError, 'name must not be empty');
    expect(() => new ProcessPool({ name: 5 as never })).to.throw(TypeError, 'name must be a string, not 5');
  });
});
