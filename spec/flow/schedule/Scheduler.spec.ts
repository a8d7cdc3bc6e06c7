import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { asyncScheduler, NEVER, of, Subject, tap } from 'rxjs';
import type { Chunking } from '../../../src/flow/schedule/chunking.ts';
import type { Chunk } from '../../../src/flow/schedule/Chunk.ts';
import { Scheduler } from '../../../src/flow/schedule/Scheduler.ts';
import type { Items } from '../../../src/flow/source/Items.ts';
import type { Plan } from '../../../src/flow/Plan.ts';
import { LocalPool } from '../../../src/pools/local/LocalPool.ts';
import { TaskError } from '../../../src/tasks/errors/errors.ts';
import { toTask } from '../../../src/tasks/toTask.ts';
import { Naturals } from '../../support/Naturals.ts';
import { record, type Recording } from '../../support/record.ts';

type Cut = Partial<Pick<Plan<number>, 'workers' | 'chunkSize' | 'bufferSize' | 'ordered' | 'retry'>> &
  Partial<Pick<Chunking, 'limit' | 'shortLimit' | 'min'>>;

/** A scheduler of one worker in chunks of one, unless it is told otherwise. */
function open(
  items: Items<number>,
  sizes: Cut = {},
  runAtOnce: (scheduler: Scheduler<number>, chunk: Chunk<number>) => void = () => undefined,
): { readonly scheduler: Scheduler<number>; readonly chunks: (readonly number[])[]; readonly run: Recording<unknown> } {
  const { min = 1, limit = 100, shortLimit = Infinity, ...cut } = sizes;
  const plan: Plan<number> = {
    task: toTask((n: number) => n),
    args: [],
    pool: new LocalPool(),
    workers: 1,
    ordered: false,
    partitionBy: undefined,
    chunkSize: 1,
    bufferSize: undefined,
    overflow: 'buffer',
    pauseMs: 0,
    timeoutMs: undefined,
    retry: undefined,
    crashRetries: 0,
    onError: 'throw',
    signal: undefined,
    report: undefined,
    total: undefined,
    transfer: undefined,
    scheduler: asyncScheduler,
    wanted$: of(true),
    ...cut,
  };
  const scheduler = new Scheduler(items, plan, {
    // Read anew each time, as it may change.
    get limit() {
      return plan.chunkSize ?? sizes.limit ?? limit;
    },
    get shortLimit() {
      return plan.chunkSize ?? Math.min(shortLimit, sizes.limit ?? limit);
    },
    min: plan.chunkSize ?? min,
    observe: () => undefined,
  });
  const chunks: (readonly number[])[] = [];
  const run = record(
    scheduler.chunk$.pipe(
      tap((chunk) => {
        expect(chunk.items[0]).to.equal(chunk.first);
        chunks.push(chunk.items);
        runAtOnce(scheduler, chunk);
      }),
    ),
  );
  return { scheduler, chunks, run };
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

/** A run has ended, and `mergeMap` has seen it. */
function settle(scheduler: Scheduler<number>): void {
  scheduler.settled();
  scheduler.poke();
}

describe('Scheduler', () => {
  it('takes nothing before it is woken', () => {
    const naturals = new Naturals();
    const { scheduler, chunks } = open(naturals);

    expect(naturals.reads).to.equal(0);
    scheduler.poke();
    expect(chunks).to.deep.equal([[0]]);
    expect(naturals.reads).to.equal(1);
  });

  it('cuts a chunk per worker, and one more for each that is free again', () => {
    const naturals = new Naturals();
    const { scheduler, chunks } = open(naturals, { workers: 3, chunkSize: 2 });

    scheduler.poke();
    scheduler.poke();
    expect(chunks).to.deep.equal([
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
    settle(scheduler);
    expect(chunks).to.have.length(4);
    expect(naturals.reads).to.equal(8);
  });

  it('makes no worker wait for a chunk to fill', () => {
    const source$ = new Subject<number>();
    const { scheduler, chunks } = open(source$, { workers: 2, chunkSize: 3 });
    record(scheduler.source.arrivals$.pipe(tap(scheduler.poke)));

    upTo(6).forEach((n) => {
      source$.next(n);
    });
    expect(chunks).to.deep.equal([[0], [1]]);
    settle(scheduler);
    expect(chunks.at(-1)).to.deep.equal([2, 3, 4]);
    settle(scheduler);
    expect(chunks.at(-1)).to.deep.equal([5]);
  });

  it('lets a chunk be no larger than the room that is left', () => {
    const { scheduler, chunks } = open(upTo(20), { workers: 2, chunkSize: 3, bufferSize: 4 });

    scheduler.poke();
    expect(chunks).to.deep.equal([[0, 1, 2], [3]]);
    settle(scheduler);
    expect(chunks).to.have.length(2);
    scheduler.delivered(2);
    expect(chunks.at(-1)).to.deep.equal([4, 5]);
  });

  it('lets 64 items be inside where nobody says so, or eight chunks per worker', () => {
    for (const [cut, max] of [
      [{}, 64],
      [{ workers: 9 }, 72],
      [{ workers: 2, chunkSize: 10 }, 160],
      [{ ordered: true }, 64],
      [{ bufferSize: 5 }, 5],
    ] as const) {
      const naturals = new Naturals();
      const { scheduler } = open(naturals, cut);
      for (let n = 0; n < 200; n += 1) settle(scheduler);
      expect(naturals.reads).to.equal(max);
    }
  });

  it('has no bound where an Observable is put in order, since what it has emitted is there anyway', () => {
    const source$ = new Subject<number>();
    for (const [ordered, max] of [
      [false, 64],
      [true, 100],
    ] as const) {
      const { scheduler, chunks } = open(source$, { ordered });
      const { subscription } = record(scheduler.source.arrivals$);
      upTo(100).forEach((n) => {
        source$.next(n);
      });
      for (let n = 0; n < 200; n += 1) settle(scheduler);
      expect(chunks).to.have.length(max);
      subscription.unsubscribe();
    }
  });

  it('with automatic chunks leaves some of a known rest to the other workers', () => {
    const { scheduler, chunks } = open(upTo(13), { workers: 2, chunkSize: undefined });

    for (let n = 0; n < 20; n += 1) settle(scheduler);
    expect(chunks.map(({ length }) => length)).to.deep.equal([4, 3, 2, 1, 1, 1, 1]);
  });

  it('with automatic chunks cuts none that is not worth a message, while there are as many items', () => {
    const { scheduler, chunks } = open(upTo(13), { workers: 2, chunkSize: undefined, min: 5 });

    scheduler.poke();
    settle(scheduler);
    settle(scheduler);
    expect(chunks).to.deep.equal([
      [0, 1, 2, 3, 4],
      [5, 6, 7, 8, 9],
      [10, 11, 12],
    ]);
  });

  it('takes nothing while more is inside than the window holds, which has shrunk with the chunks', () => {
    const source$ = new Subject<number>();
    const sizes = { chunkSize: undefined, limit: 100, min: 100 };
    const { scheduler, chunks, run } = open(source$, sizes);
    const arrivals = scheduler.source.arrivals$.subscribe();

    for (const n of upTo(800)) source$.next(n);
    for (let n = 0; n < 7; n += 1) settle(scheduler);
    expect(chunks.map(({ length }) => length)).to.deep.equal(Array(8).fill(100));
    for (const n of upTo(5000)) source$.next(800 + n);
    sizes.limit = 1;
    settle(scheduler);
    expect(chunks).to.have.length(8);
    arrivals.unsubscribe();
    run.subscription.unsubscribe();
  });

  it('with automatic chunks cuts short ones where the source may end with any of them', async () => {
    const sizes = { chunkSize: undefined, limit: 12, shortLimit: 3 };
    const naturals = open(new Naturals(), sizes);
    const known = open(
      Array.from({ length: 100 }, (_, n) => n),
      sizes,
    );
    const arrivals$ = new Subject<number>();
    const pushed = open(arrivals$, { ...sizes, bufferSize: 100 });
    for (const { scheduler } of [naturals, known, pushed]) {
      scheduler.source.arrivals$.subscribe({ next: scheduler.poke });
      scheduler.poke();
    }
    for (let n = 0; n < 40; n += 1) arrivals$.next(n);
    pushed.scheduler.settled();
    pushed.scheduler.poke();
    await turn();
    expect([naturals, known, pushed].map(({ chunks }) => chunks.map(({ length }) => length))).to.deep.equal([
      [3],
      [12],
      [1, 12],
    ]);
    for (const { run } of [naturals, known, pushed]) run.subscription.unsubscribe();
  });

  it('with automatic chunks takes as many as they may have where the rest is not known', () => {
    const { scheduler, chunks } = open(new Naturals(), { workers: 2, chunkSize: undefined });

    scheduler.poke();
    expect(chunks.map(({ length }) => length)).to.deep.equal([100, 100]);
  });

  it('reads ahead of an async iterable two chunks per worker, within the room', async () => {
    const naturals = new Naturals();
    const { scheduler } = open(naturals.later, { workers: 2, chunkSize: 3, bufferSize: 20 });
    const { subscription } = record(scheduler.source.arrivals$);

    await turn();
    expect(naturals.reads).to.equal(12);
    scheduler.poke();
    await turn();
    expect(naturals.reads).to.equal(18);
    settle(scheduler);
    settle(scheduler);
    await turn();
    expect(naturals.reads).to.equal(20);
    scheduler.delivered(1);
    await turn();
    expect(naturals.reads).to.equal(21);
    subscription.unsubscribe();
    scheduler.source.close();
  });

  it('cuts in one loop where runs complete at once, however many', () => {
    const { scheduler, chunks, run } = open(upTo(100_000), {}, (of, { items }) => {
      of.delivered(items.length);
      settle(of);
    });

    scheduler.poke();
    expect(chunks).to.have.length(100_000);
    expect(run.completions).to.equal(1);
  });

  it('completes when all is cut, and nothing runs any more that could fail and come again', () => {
    for (const count of [0, 2]) {
      const { scheduler, chunks, run } = open(upTo(count), { workers: 2 });

      scheduler.poke();
      expect(chunks).to.have.length(count);
      for (let n = 0; n < count; n += 1) {
        expect(run.completions).to.equal(0);
        settle(scheduler);
      }
      expect(run.completions).to.equal(1);
    }
  });

  it('waits for what fails to come again, however many may run at once', () => {
    for (const workers of [1, Infinity]) {
      const again$ = new Subject<void>();
      const { scheduler, chunks, run } = open(upTo(1), { workers, retry: { count: 1, delay$: () => again$ } });
      const failed = { from: 0, values: [0], errors: [[0, new TaskError('bad')] as const] };

      scheduler.poke();
      const first = { first: 0, items: [0], attempt: 1, crashes: 0 };
      expect(scheduler.retry(failed, first, undefined, NEVER)).to.deep.equal([]);
      settle(scheduler);
      expect(run.completions).to.equal(0);
      again$.next();
      expect(chunks).to.deep.equal([[0], [0]]);
      expect(run.completions).to.equal(0);
      settle(scheduler);
      expect(run.completions).to.equal(1);
    }
  });

  it('cuts no more after stop, and completes', () => {
    const naturals = new Naturals();
    const { scheduler, chunks, run } = open(naturals);

    scheduler.poke();
    scheduler.stop();
    settle(scheduler);
    scheduler.delivered(1);
    expect(chunks).to.have.length(1);
    expect(run.completions).to.equal(1);
    expect(naturals.reads).to.equal(1);
  });
});
