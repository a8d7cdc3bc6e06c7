import { expect } from 'chai';
import {
  parallel,
  ProcessPool,
  tasks,
  ThreadPool,
  WorkerCrashError,
  type WorkerPoolConfig,
} from '../../../src/index.ts';
import { scratch } from '../../support/scratch.ts';

const t = tasks<typeof import('../../support/tasks.ts')>(new URL('../../support/tasks.ts', import.meta.url));
const fast = ['--enable-source-maps', '--import', new URL('../../support/register.js', import.meta.url).href];
const kinds = { thread: ThreadPool, process: ProcessPool };

for (const kind of ['thread', 'process'] as const)
  describe(`maxTasksPerWorker (${kind})`, function () {
    this.timeout(60_000);
    const log = scratch();
    const opened: (ThreadPool | ProcessPool)[] = [];
    const open = (config: WorkerPoolConfig): ThreadPool | ProcessPool => {
      const pool = new kinds[kind]({ workers: 1, execArgv: fast, ...config });
      opened.push(pool);
      return pool;
    };
    afterEach(() => Promise.all(opened.splice(0).map((pool) => pool.close())));
    /** How many items each worker in turn has run. */
    const turns = (ids: readonly string[]): readonly number[] =>
      [...new Set(ids)].map((id) => ids.filter((other) => other === id).length);

    for (const chunkSize of [1, 5])
      it(`gives a worker no more items, in chunks of ${String(chunkSize)}, nor over several runs`, async () => {
        const pool = open({ maxTasksPerWorker: 2 });
        const ids = [
          ...(await parallel(t.workerId, [0, 1, 2, 3, 4], { pool, chunkSize })),
          ...(await parallel(t.workerId, [5, 6], { pool, chunkSize })),
        ];
        expect(turns(ids)).to.deep.equal([2, 2, 2, 1]);
      });

    it('starts the next worker before the last item of the one before has ended', async () => {
      const pool = open({ maxTasksPerWorker: 2, initializer: t.noteBoot, initArgs: [log.file] });
      const ids = await parallel(t.afterBoots, [0, 1, 2, 3, 4], { pool, args: [log.file] });
      expect(turns(ids)).to.deep.equal([2, 2, 1]);
      expect(log.lines()).to.have.length(3);
    });

    it('counts an item that ended its worker', async () => {
      const pool = open({ maxTasksPerWorker: 2 });
      const [one, dead, ...rest] = await parallel(t.act, [1, 'exit', 3, 4], { pool, onError: 'return' });
      expect([one, ...rest]).to.deep.equal([1, 3, 4]);
      expect(dead).to.be.instanceOf(WorkerCrashError);
    });

    it('lets go of the next worker as well when the pool is closed', async () => {
      const pool = open({ maxTasksPerWorker: 1 });
      await parallel(t.workerId, [0], { pool });
      await pool.close();
    });
  });
