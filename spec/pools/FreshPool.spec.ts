import { expect } from 'chai';
import { config, lastValueFrom, take, toArray } from 'rxjs';
import { runProcs$, startThread$, TaskError, tasks, threaded$, WorkerCrashError } from '../../src/index.ts';
import { scratch } from '../support/scratch.ts';
import { errorOf } from '../support/settle.ts';

const t = tasks<typeof import('../support/tasks.ts')>(new URL('../support/tasks.ts', import.meta.url));

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('a worker for each job', function () {
  this.timeout(20_000);
  const log = scratch();

  describe('runProcs$', () => {
    it('runs each item in a process of its own, and completes when all have exited', async () => {
      const places = await lastValueFrom(runProcs$(t.whereAmI, [1, 2, 3], { workers: 2 }).pipe(toArray()));
      const pids = places.map(([, { pid }]) => pid);
      expect(places.map(([index]) => index).sort()).to.deep.equal([0, 1, 2]);
      expect(new Set([...pids, process.pid]).size).to.equal(4);
      expect(pids.filter(isAlive)).to.deep.equal([]);
    });

    it('fails where a process dies', async () => {
      const error = await errorOf(lastValueFrom(runProcs$(t.act, ['exit'])));
      expect(error).to.be.instanceOf(WorkerCrashError).and.include({ index: 0, exitCode: 7 });
    });

    it('ends the processes when nobody wants more', async () => {
      expect(await lastValueFrom(runProcs$(t.act, [1, 'hang']).pipe(take(1)))).to.deep.equal([0, 1]);
    });
  });

  describe('threaded$', () => {
    it('starts on subscription, each time anew', async () => {
      const place$ = threaded$(t.whereAmI)(undefined);
      const [one, two] = [await lastValueFrom(place$), await lastValueFrom(place$)];
      expect(one.isMainThread).to.equal(false);
      expect(two.threadId).not.to.equal(one.threadId);
    });

    it('calls a function with no more arguments than it is given', async () => {
      const count$ = threaded$((...all: readonly number[]) => all.length);
      expect([await lastValueFrom(count$()), await lastValueFrom(count$(1, 2))]).to.deep.equal([0, 2]);
    });

    it('fails with what the function has thrown', async () => {
      const error = await errorOf(lastValueFrom(threaded$(t.throwRich)(undefined)));
      expect(error).to.be.instanceOf(TaskError).with.nested.property('cause.message', 'odd');
    });

    it('tells the function when it is unsubscribed from', async () => {
      const subscription = threaded$(t.logged)(30_000, log.file).subscribe();
      await log.has('start');
      subscription.unsubscribe();
      await log.has('aborted');
    });
  });

  describe('startThread$', () => {
    afterEach(() => {
      config.onUnhandledError = null;
    });

    it('tells of a failure that nobody has subscribed to', async () => {
      const unheard = new Promise((resolve) => {
        config.onUnhandledError = resolve;
      });
      const started = startThread$(t.throwRich, undefined);
      expect(await unheard).to.be.instanceOf(TaskError);
      expect(started.settled).to.equal(true);
    });

    it('goes on without subscribers, and can be cancelled', async () => {
      const started = startThread$(t.logged, 30_000, log.file);
      started.subscribe().unsubscribe();
      await log.has('start');
      started.cancel();
      expect(started.settled).to.equal(true);
    });
  });
});
