import { expect } from 'chai';
import {
  parallel,
  ProcessPool,
  tasks,
  ThreadPool,
  WorkerCrashError,
  type WorkerPoolConfig,
} from '../../../src/index.ts';
import { pace } from '../../support/pace.ts';
import { scratch } from '../../support/scratch.ts';
import { errorOf } from '../../support/settle.ts';
import { onWorkerStart } from '../../support/workersStarted.ts';

const t = tasks<typeof import('../../support/tasks.ts')>(new URL('../../support/tasks.ts', import.meta.url));
const fast = ['--enable-source-maps', '--import', new URL('../../support/register.js', import.meta.url).href];
const kinds = { thread: ThreadPool, process: ProcessPool };

for (const kind of ['thread', 'process'] as const)
  describe(`a worker that dies before it has begun (${kind})`, function () {
    this.timeout(60_000);
    const log = scratch();
    /** The first workers are ended soon after they are started. */
    const killer: { most: number; killed: number; signal: NodeJS.Signals } = { most: 0, killed: 0, signal: 'SIGKILL' };
    let stop = (): void => undefined;
    const opened: (ThreadPool | ProcessPool)[] = [];
    const open = (config: WorkerPoolConfig = {}): ThreadPool | ProcessPool => {
      const pool = new kinds[kind]({ workers: 1, execArgv: fast, ...config });
      opened.push(pool);
      return pool;
    };
    beforeEach(() => {
      Object.assign(killer, { most: 0, killed: 0, signal: 'SIGKILL' });
      stop = onWorkerStart((_, kill) => {
        if (killer.killed >= killer.most) return;
        killer.killed += 1;
        setTimeout(kill, 20, killer.signal);
      });
    });
    afterEach(() => {
      stop();
      return Promise.all(opened.splice(0).map((pool) => pool.close()));
    });

    it('is replaced where it is ended from outside, again and again', async () => {
      killer.most = 6;
      expect(await parallel(t.double, [1, 2, 3], { pool: open() })).to.deep.equal([2, 4, 6]);
      expect(killer.killed).to.equal(6);
    });

    it('fails the run where that goes on for longer than it may take to boot', async () => {
      killer.most = Infinity;
      const error = await errorOf(
        parallel(t.double, [1], { pool: open({ bootTimeout: 400 * pace() }), onError: 'skip' }),
      );
      expect(error)
        .to.be.instanceOf(WorkerCrashError)
        .with.property('message')
        .that.includes(`a worker ${kind} died while it booted`);
      expect(killer.killed).to.be.above(3);
      killer.most = 0;
    });

    it('by its own doing is replaced twice, and then fails the run', async () => {
      const initializer = t.noteAndDie;
      const error = await errorOf(
        parallel(t.double, [1], { pool: open({ initializer, initArgs: [-1, log.file] }), onError: 'skip' }),
      );
      expect(error).to.be.instanceOf(WorkerCrashError).with.property('exitCode', 3);
      expect(log.lines()).to.deep.equal(['-1', '-1', '-1']);
    });

    it('of an error that nobody caught tells it', async () => {
      const error = await errorOf(
        parallel(t.double, [1], { pool: open({ initializer: t.act, initArgs: ['uncaught'] }), onError: 'skip' }),
      );
      expect(error)
        .to.be.instanceOf(WorkerCrashError)
        .with.nested.property('cause')
        .that.is.instanceOf(RangeError)
        .with.property('message', 'nobody caught me');
    });

    it('leaves nothing to wait for when its run is cancelled', async () => {
      killer.most = Infinity;
      const pool = open({ bootTimeout: 5000 });
      const error = await errorOf(parallel(t.double, [1], { pool, signal: AbortSignal.timeout(300) }));
      expect(error).to.have.property('name', 'TimeoutError');
      const { killed } = killer;
      expect(killed).to.be.above(1);
      killer.most = 0;
      expect(await parallel(t.double, [1], { pool })).to.deep.equal([2]);
    });

    if (kind === 'process')
      it('by a fault is replaced as one that dies by its own doing', async () => {
        killer.most = 2;
        killer.signal = 'SIGSEGV';
        expect(await parallel(t.double, [1], { pool: open() })).to.deep.equal([2]);
        killer.killed = 0;
        killer.most = 3;
        const error = await errorOf(parallel(t.double, [1], { pool: open() }));
        expect(error).to.be.instanceOf(WorkerCrashError).with.property('signal', 'SIGSEGV');
      });
  });
