import { expect } from 'chai';
import { catchError, from, lastValueFrom, map, of, Subject, take, tap, toArray } from 'rxjs';
import { QueuePool, serveTasks, type Machine, type MachineServer } from '../../../src/bullmq.ts';
import { parallelMap } from '../../../src/operators/parallelMap.ts';
import { parallel } from '../../../src/operators/parallel.ts';
import type { Engine } from '../../../src/pools/queue/engine/Engine.ts';
import { LocalPool } from '../../../src/pools/local/LocalPool.ts';
import { ThreadPool } from '../../../src/pools/workers/node/ThreadPool.ts';
import { PoolClosedError, TaskCloneError, TaskError, TaskLoadError } from '../../../src/tasks/errors/errors.ts';
import { registerError } from '../../../src/tasks/errors/registerError.ts';
import { tasks } from '../../../src/tasks/tasks.ts';
import { MemoryEngine } from '../../../src/testing.ts';
import { fast } from '../../support/queue/queuePool.ts';
import type * as live from '../../support/queue/machineTasks.ts';
import { pace } from '../../support/pace.ts';
import { until } from '../../support/until.ts';

const url = new URL('../../support/queue/machineTasks.ts', import.meta.url);
const modules = { machineTasks: url };
const t = tasks<typeof live>(url);

/** Not known to machines. */
class FarError extends Error {
  readonly code: number = 0;
}
registerError({ FarError });

describe('QueuePool', function () {
  this.timeout(60_000);
  let engine: MemoryEngine;
  let opened: { close(): Promise<void> }[] = [];
  const opens = <T extends { close(): Promise<void> }>(one: T): T => {
    opened.push(one);
    return one;
  };
  const connect = async (more: object = {}): Promise<QueuePool> =>
    opens(await QueuePool.connect({ engine, modules, leaseMs: 1000, graceMs: 500, ...more }));
  const serve = async (more: object = {}): Promise<MachineServer> => {
    const pool = new LocalPool({ workers: 2 });
    return opens(await serveTasks({ engine, modules, leaseMs: 1000, graceMs: 500, ahead: 0, pool, ...more }));
  };

  beforeEach(() => {
    engine = new MemoryEngine();
  });
  afterEach(async () => {
    await Promise.all(opened.map((one) => one.close()));
    opened = [];
  });

  it('refuses a task at the call that machines cannot have, and lists the modules that they have', async () => {
    const pool = await connect();
    const { lost } = tasks<Record<'lost', (n: number) => number>>(new URL('other.ts', url));
    expect(() => parallelMap((n: number) => n, { pool })).to.throw(TypeError, 'export it from a module');
    expect(() => parallelMap(lost, { pool })).to.throw(TypeError, `machineTasks is ${url.href}`);
    expect(() => parallelMap(t.double, { pool })).not.to.throw();
  });

  it('begins from zero: one chunk waits, and runs when the first machine comes', async () => {
    const pool = await connect({ workersTimeout: Infinity });
    const results = parallel(t.double, [1, 2, 3], { pool, chunkSize: 1 });
    await until(() => engine.contents.chunks === 1);
    expect(await pool.depth()).to.deep.equal({ waiting: 1, active: 0 });
    expect(pool.size).to.equal(1);
    await serve();
    expect(await results).to.deep.equal([2, 4, 6]);
    expect(pool.size).to.equal(2);
  });

  it('takes as many chunks of a run that goes on as there are places, when machines come and go', async () => {
    const pool = await connect();
    const first = await serve();
    await until(() => pool.size === 2);
    const source$ = new Subject<number>();
    const results: unknown[] = [];
    const done = lastValueFrom(
      source$.pipe(
        parallelMap(t.wait, { pool, chunkSize: 1 }),
        tap(([index]) => results.push(index)),
        toArray(),
      ),
    );
    for (let n = 0; n < 8; n += 1) source$.next(1500);
    await until(() => first.running === 2);
    const second = await serve({ pool: new LocalPool({ workers: 4 }) });
    await until(() => pool.size === 6 && second.running === 4);
    source$.complete();
    expect(await done).to.have.length(8);

    await second.close();
    await until(() => pool.size === 2);
    expect(await parallel(t.double, [1, 2], { pool })).to.deep.equal([2, 4]);
  });

  it('tells which machines serve, and what they do', async () => {
    const pool = await connect();
    const lists: (readonly Machine[])[] = [];
    const subscription = pool.machines$.subscribe((list) => lists.push(list));
    expect(lists).to.deep.equal([[]]);
    await Promise.all([serve(), serve()]);
    await until(() => lists.at(-1)?.length === 2);
    expect(lists.at(-1)?.map(({ threads, pid }) => [threads, pid])).to.deep.equal([
      [2, process.pid],
      [2, process.pid],
    ]);
    subscription.unsubscribe();
  });

  it('tells each program of the chunks that a machine holds, a few times a second and not with each chunk', async () => {
    const pools = await Promise.all([connect(), connect()]);
    await serve();
    const counts = [0, 0];
    const running = [0, 0];
    const subscriptions = pools.map((pool, at) =>
      pool.machines$.subscribe(([machine]) => {
        if (machine === undefined) return;
        counts[at] = (counts[at] as number) + 1;
        running[at] = machine.running;
      }),
    );
    const begunMs = performance.now();
    const items = Array.from({ length: 300 }, (_, n) => n);
    await Promise.all(pools.map((pool) => parallel(t.double, items, { pool, chunkSize: 1 })));
    // One with a chunk in 200 ms, one heartbeat a second, and one answer of the machine as it is asked.
    const most = 3 + (performance.now() - begunMs) / 100;
    for (const count of counts) expect(count).to.be.within(1, most);
    const controller = new AbortController();
    const config = { pool: pools[0], chunkSize: 1, signal: controller.signal };
    const holding = parallel(t.wait, [60_000, 60_000], config).catch(() => 'stopped');
    await until(() => running.every((chunks) => chunks === 2));
    controller.abort();
    expect(await holding).to.equal('stopped');
    await until(() => running.every((chunks) => chunks === 0));
    for (const subscription of subscriptions) subscription.unsubscribe();
  });

  it('keeps the class of an error that machines do not know', async () => {
    const pool = await connect();
    await serve({ pool: new ThreadPool({ workers: 1, execArgv: fast }) });
    const [error] = await parallel(t.throwFar, [7], { pool, onError: 'return' });
    expect(error).to.be.instanceOf(TaskError).with.property('item', 7);
    expect(error).to.have.property('cause').that.is.instanceOf(FarError).and.include({ message: 'far', code: 7 });
  });

  it('fails the one result that is larger than a message may be, and no others that are together', async () => {
    await serve();
    const [small, large] = await Promise.all([connect({ maxMessageBytes: 10_000 }), connect()]);
    const run = (pool: QueuePool): Promise<unknown[]> =>
      parallel(t.bytes, [4000, 20_000, 4000, 4000], { pool, chunkSize: 4, onError: 'return' });
    const [one, two] = await Promise.all([run(small), run(large)]);
    expect(
      one.map((result) => (result instanceof Uint8Array ? result.length : result instanceof TaskCloneError)),
    ).to.deep.equal([4000, true, 4000, 4000]);
    expect(two.map((result) => (result as Uint8Array).length)).to.deep.equal([4000, 20_000, 4000, 4000]);
  });

  it('fails a run with a yield that is larger than a message may be', async () => {
    await serve();
    const pool = await connect({ maxMessageBytes: 10_000 });
    const error: unknown = await lastValueFrom(
      from([[4000, 20_000]]).pipe(
        parallelMap(t.bytesOf, { pool }),
        map(() => undefined),
        catchError((thrown: unknown) => of(thrown)),
      ),
    );
    expect(error).to.be.instanceOf(TaskCloneError);
  });

  it('sends few items at once whose results are large, and many whose results are small', async () => {
    const lengths: number[] = [];
    const spy: Engine = {
      clock: engine.clock,
      openMachine: (names) => engine.openMachine(names),
      openParent: async (names) => {
        const link = await engine.openParent(names);
        const submit = link.submit.bind(link);
        link.submit = (chunk) => {
          lengths.push(chunk.range[1] - chunk.range[0] + 1);
          return submit(chunk);
        };
        return link;
      },
    };
    await serve();
    const pool = await connect({ engine: spy, chunkMs: 1000 });
    for (const length of [3_000_000, 2_000_000]) {
      lengths.length = 0;
      for (let run = 0; run < 2; run += 1)
        await parallel(
          t.bytes,
          Array.from({ length: 5 }, () => length),
          { pool },
        );
      expect(Math.max(...lengths)).to.equal(1);
    }
    lengths.length = 0;
    await parallel(
      t.bytes,
      Array.from({ length: 200 }, () => 10),
      { pool },
    );
    expect(Math.max(...lengths)).to.be.above(4);
  });

  it('is closed when its chunks have ended, also if jobs of another run wait for a place, long before graceMs is over', async () => {
    const [closing, other] = await Promise.all([connect({ graceMs: 60_000 }), connect({ graceMs: 60_000 })]);
    const server = await serve({ pool: new LocalPool({ workers: 1 }) });
    await until(() => closing.size === 1 && other.size === 1);
    const begun = parallel(t.slowly, [1], { pool: closing, args: [300] });
    await until(() => server.running === 1);
    const waiting = parallel(t.slowly, [2, 3], { pool: closing, args: [1] }).catch((error: unknown) => error);
    const unharmed = parallel(t.slowly, [4], { pool: other, args: [1] });
    await until(() => closing.stats().waiting === 1);
    await closing.close();
    expect(await begun).to.deep.equal([1]);
    expect(await waiting).to.be.instanceOf(PoolClosedError);
    expect(await unharmed).to.deep.equal([4]);
    await other.close();
  }).timeout(30_000);

  it('does not meet machines of another version, namespace or secret', async () => {
    await serve({ version: '2' });
    await serve({ namespace: 'other' });
    await serve({ secret: 'another' });
    const pool = await connect({ secret: 'one', workersTimeout: 200 });
    let error: unknown;
    try {
      await parallel(t.double, [1], { pool });
    } catch (thrown) {
      error = thrown;
    }
    // A machine that cannot read a chunk drops it; it still serves the queue.
    expect(error).to.be.instanceOf(TaskLoadError);
  });

  it('ends a run where no machine serves for the time of workersTimeout, and no other time', async () => {
    const pool = await connect({ workersTimeout: 300 });
    const begunAtMs = performance.now();
    let error: unknown;
    try {
      await parallel(t.double, [1], { pool });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).to.be.instanceOf(TaskLoadError).with.property('message').that.includes('no machine serves');
    expect(performance.now() - begunAtMs).to.be.at.least(300);
    await serve();
    expect(await parallel(t.double, [1], { pool })).to.deep.equal([2]);
  });

  it('does not wait until its stream expires, if the queue has lost everything', async () => {
    const pool = await connect();
    const machines = await serve();
    const results = parallel(t.wait, [500, 500, 0], { pool, chunkSize: 1 });
    await until(() => machines.running > 0);
    engine.forgetAll();
    const beganAtMs = performance.now();
    expect(await results).to.deep.equal([500, 500, 0]);
    expect(performance.now() - beganAtMs).to.be.below(5000 * pace());
  });

  it('holds nothing of its runs in the queue, and no machine holds their chunks', async () => {
    const server = await serve();
    const pool = await connect();
    await parallel(t.double, [1, 2, 3], { pool });
    await lastValueFrom(from([300, 300]).pipe(parallelMap(t.wait, { pool, chunkSize: 1 }), take(1)));
    await until(() => server.running === 0 && engine.contents.chunks === 0);
    await pool.close();
    expect(engine.contents).to.include({ streams: 0, chunks: 0 });
  });
});
