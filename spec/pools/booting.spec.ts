import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Worker } from 'node:worker_threads';
import { expect } from 'chai';
import { parallel, ProcessPool, tasks, ThreadPool, WorkerCrashError, type WorkerPoolConfig } from '../../src/index.ts';
import { scratch } from '../support/scratch.ts';
import { errorOf } from '../support/settle.ts';

const t = tasks<typeof import('../support/tasks.ts')>(new URL('../support/tasks.ts', import.meta.url));
const fast = ['--enable-source-maps', '--import', new URL('../support/registerFast.js', import.meta.url).href];
const kinds = { thread: ThreadPool, process: ProcessPool };

/** Ends the first workers that this process starts, as soon as they are started, from outside. */
class Killer {
  killed = 0;
  most = 0;
  signal: NodeJS.Signals = 'SIGKILL';
  private readonly end = (kill: () => unknown): void => {
    if (this.killed >= this.most) return;
    this.killed += 1;
    kill();
  };
  private readonly onProcess = (message: unknown): void => {
    const { process: child } = message as { process: ChildProcess };
    this.end(() => setTimeout(() => child.kill(this.signal), 20));
  };
  private readonly onThread = (worker: Worker): void => {
    this.end(() => setTimeout(() => void worker.terminate(), 20));
  };

  begin(): void {
    this.killed = 0;
    this.most = 0;
    this.signal = 'SIGKILL';
    subscribe('child_process', this.onProcess);
    process.on('worker', this.onThread);
  }

  stop(): void {
    unsubscribe('child_process', this.onProcess);
    process.off('worker', this.onThread);
  }
}

for (const kind of ['thread', 'process'] as const)
  describe(`a worker that dies before it has begun (${kind})`, function () {
    this.timeout(20_000);
    const log = scratch();
    const killer = new Killer();
    const opened: (ThreadPool | ProcessPool)[] = [];
    const open = (config: WorkerPoolConfig = {}): ThreadPool | ProcessPool => {
      const pool = new kinds[kind]({ workers: 1, execArgv: fast, ...config });
      opened.push(pool);
      return pool;
    };
    beforeEach(() => {
      killer.begin();
    });
    afterEach(() => {
      killer.stop();
      return Promise.all(opened.splice(0).map((pool) => pool.close()));
    });

    it('is replaced where it is ended from outside, again and again', async () => {
      killer.most = 6;
      expect(await parallel(t.double, [1, 2, 3], { pool: open() })).to.deep.equal([2, 4, 6]);
      expect(killer.killed).to.equal(6);
    });

    it('fails the run where that goes on for longer than it may take to boot', async () => {
      killer.most = Infinity;
      const error = await errorOf(parallel(t.double, [1], { pool: open({ bootTimeout: 400 }), onError: 'skip' }));
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
