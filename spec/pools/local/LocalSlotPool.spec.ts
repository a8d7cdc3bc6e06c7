import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { parallel, PoolClosedError, ProcessPool, TaskLoadError, tasks, ThreadPool } from '../../../src/index.ts';
import { errorOf } from '../../support/settle.ts';

const t = tasks<typeof import('../../support/tasks.ts')>(new URL('../../support/tasks.ts', import.meta.url));
const hanging = tasks<typeof import('../../support/hanging.ts')>(new URL('../../support/hanging.ts', import.meta.url));
const forever = (): Promise<void> => new Promise(() => undefined);

for (const Pool of [ThreadPool, ProcessPool])
  describe(`a ${Pool.name} without workers`, () => {
    it('runs one item after the other, in this thread', async () => {
      const pool = new Pool({ workers: 0 });
      const seen: string[] = [];
      const note = async (letter: string): Promise<string> => {
        seen.push(`${letter} starts`);
        await turn();
        seen.push(`${letter} ends`);
        return letter;
      };
      expect(pool.size).to.equal(1);
      expect(await parallel(note, ['a', 'b'], { pool, workers: 4 })).to.deep.equal(['a', 'b']);
      expect(seen).to.deep.equal(['a starts', 'a ends', 'b starts', 'b ends']);
      expect((await parallel(t.whereAmI, [0], { pool }))[0]).to.deep.include({ isMainThread: true, pid: process.pid });
      await pool.close();
    });

    it('fails runs whose module does not load in time', async () => {
      const pool = new Pool({ workers: 0, bootTimeout: 50 });
      const error = await errorOf(parallel(hanging.never, [1], { pool }));
      expect(error).to.be.instanceOf(TaskLoadError).with.property('message').that.includes('bootTimeout of 50 ms');
      await pool.close();
    });

    it('fails runs whose initializer does not end in time', async () => {
      const pool = new Pool({ workers: 0, bootTimeout: 50, initializer: forever });
      const error = await errorOf(parallel(t.double, [1], { pool }));
      expect(error).to.be.instanceOf(TaskLoadError).with.property('message').that.includes('bootTimeout of 50 ms');
      await pool.close();
    });

    it('fails a run that its close finds waiting for the initializer', async () => {
      const pool = new Pool({ workers: 0, graceMs: 1, initializer: forever });
      const error = errorOf(parallel(t.double, [1], { pool }));
      await pool.close();
      expect(await error).to.be.instanceOf(PoolClosedError);
    });

    it('lets what runs end within graceMs', async () => {
      const pool = new Pool({ workers: 0, graceMs: 5000 });
      let begin: () => void = () => undefined;
      const begun = new Promise<void>((resolve) => (begin = resolve));
      const task = async (ms: number): Promise<number> => {
        begin();
        await sleep(ms);
        return ms;
      };
      // Longer than the 100 ms that are the default.
      const result = parallel(task, [150], { pool });
      await begun;
      await pool.close();
      expect(await result).to.deep.equal([150]);
    });
  });

for (const Pool of [ThreadPool, ProcessPool])
  describe(`a serial run on a ${Pool.name}`, () => {
    const open = (): { pool: InstanceType<typeof Pool>; initialized: number[] } => {
      const initialized: number[] = [];
      const initializer = (n: number): void => void initialized.push(n);
      return { initialized, pool: new Pool({ workers: 0, initializer: initializer as never, initArgs: [7] }) };
    };

    it('has the initializer of the pool, once', async () => {
      const pool = new Pool({ workers: 2, initializer: t.initialize, initArgs: [3] });
      const before = (await parallel(t.isInitialized, [0], { workers: 0 }))[0] as number;
      expect(await parallel(t.isInitialized, [0, 0], { pool, workers: 0 })).to.deep.equal([before + 3, before + 3]);
      await pool.close();
    });

    it('has it also where the pool itself is serial', async () => {
      const { pool, initialized } = open();
      await parallel(t.double, [1, 2], { pool, workers: 0 });
      await parallel(t.double, [1, 2], { pool });
      expect(initialized).to.deep.equal([7]);
      await pool.close();
    });

    it('shares the pause of the pool', async () => {
      const pool = new Pool({ workers: 0, pause: 60 });
      const starts = await parallel(t.stamp, [1, 2, 3], { pool, workers: 0 });
      for (const [at, start] of starts.slice(1).entries()) expect(start - (starts[at] ?? 0)).to.be.at.least(45);
      await pool.close();
    });

    it('is refused once the pool is closed', async () => {
      const pool = new Pool({ workers: 2 });
      await pool.close();
      expect(await errorOf(parallel(t.double, [1], { pool, workers: 0 }))).to.be.instanceOf(PoolClosedError);
    });
  });
