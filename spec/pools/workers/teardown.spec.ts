import { expect } from 'chai';
import {
  parallel,
  pooled,
  ProcessPool,
  TaskLoadError,
  tasks,
  ThreadPool,
  type WorkerPoolConfig,
} from '../../../src/index.ts';
import { captureStderr } from '../../support/captureStderr.ts';
import { scratch } from '../../support/scratch.ts';
import { errorOf } from '../../support/settle.ts';
import { until } from '../../support/until.ts';

const t = tasks<typeof import('../../support/tasks.ts')>(new URL('../../support/tasks.ts', import.meta.url));
const missing = tasks<{ end: () => void }>(new URL('./missing.ts', import.meta.url));
const fast = ['--enable-source-maps', '--import', new URL('../../support/register.js', import.meta.url).href];

interface Log {
  logFile?: string;
}

/** Tells {@link note} which file to write to. */
const begin = (file: string): void => {
  (globalThis as Log).logFile = file;
};
const note = async (): Promise<void> => {
  const { appendFileSync } = await import('node:fs');
  await new Promise((resolve) => setTimeout(resolve, 30));
  appendFileSync((globalThis as Log).logFile ?? '', 'over\n');
};

/** How long a step takes, in milliseconds. */
const timeOf = async (step: () => Promise<unknown>): Promise<number> => {
  const startedAt = performance.now();
  await step();
  return performance.now() - startedAt;
};

describe('teardown', function () {
  this.timeout(60_000);
  const log = scratch();
  const heard = captureStderr();

  for (const [kind, Pool] of Object.entries({ threads: ThreadPool, processes: ProcessPool }))
    describe(`of ${kind}`, () => {
      const open = (config: WorkerPoolConfig): ThreadPool | ProcessPool =>
        new Pool({ workers: 2, execArgv: fast, initializer: begin, initArgs: [log.file], teardown: note, ...config });

      it('runs in each worker of a pool that is closed, which waits for it', async () => {
        const pools = [open({}), open({ workers: 1 })];
        await Promise.all(pools.map((pool) => pool.ready()));
        await Promise.all(pools.map((pool) => pool.close()));
        expect(log.lines()).to.deep.equal(['over', 'over', 'over']);
      });

      it('runs in a worker that is released, or replaced after its last item', async () => {
        const [idle, retired] = [open({ idleMs: 10 }), open({ workers: 1, maxTasksPerWorker: 1 })];
        await idle.ready();
        await until(() => log.lines().length === 2);
        expect(await parallel(t.double, [1, 2], { pool: retired, chunkSize: 1 })).to.deep.equal([2, 4]);
        await until(() => log.lines().length >= 3);
        await Promise.all([idle.close(), retired.close()]);
        expect(log.lines().length).to.be.within(4, 5);
      });

      it('does not run in a worker that dies, or that has to be killed', async () => {
        const pool = open({ workers: 1, graceMs: 20 });
        await using act = pooled(t.act, { pool, crashRetries: 0 });
        for (const call of [act('exit'), act('loop', { timeout: 50 })]) await errorOf(call);
        const last = errorOf(act('loop'));
        await until(() => act.running === 1);
        await pool.close();
        await last;
        expect(log.lines()).to.deep.equal([]);
      });

      it('holds a worker no longer than bootTimeout, and its error is printed', async () => {
        const quick = open({ teardown: () => undefined });
        const bootMs = await timeOf(() => quick.ready());
        await quick.close();
        const bootTimeout = Math.max(2000, 4 * Math.round(bootMs));
        const hanging = open({ bootTimeout, teardown: () => new Promise(() => undefined) });
        await hanging.ready();
        expect(await timeOf(() => hanging.close())).to.be.within(0.8 * bootTimeout, 4 * bootTimeout);

        const throwing = open({
          workers: 1,
          teardown: () => {
            throw new Error('the lights are still on');
          },
        });
        await throwing.ready();
        await throwing.close();
        await until(() => heard().includes('the lights are still on'));
        expect(heard()).to.include('the teardown of a worker threw:');
      });

      it('has to be a function that can be loaded', async () => {
        expect(() => new Pool({ teardown: 5 as never })).to.throw(TypeError);
        expect(() => new Pool({ teardown: Math.random })).to.throw(TypeError);
        const pool = open({ teardown: missing.end });
        expect(await errorOf(parallel(t.double, [1], { pool }))).to.be.instanceOf(TaskLoadError);
        await pool.close();
      });
    });

  it('runs once in this thread if a pool without workers, or its serial part, was used', async () => {
    const ends: string[] = [];
    const open = (name: string, workers: number): ThreadPool =>
      new ThreadPool({ workers, teardown: () => void ends.push(name) });
    const [none, unused, one] = [open('none', 0), open('unused', 0), new ThreadPool({ workers: 1, execArgv: fast })];
    expect(await parallel((n: number) => n, [1, 2], { pool: none })).to.deep.equal([1, 2]);
    await Promise.all([none.close(), none.close(), unused.close(), one.close()]);
    expect(ends).to.deep.equal(['none']);
  });
});
