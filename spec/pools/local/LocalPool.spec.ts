import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import {
  concat,
  firstValueFrom,
  from,
  lastValueFrom,
  map,
  NEVER,
  of,
  Subject,
  take,
  takeUntil,
  tap,
  toArray,
} from 'rxjs';
import { parallel } from '../../../src/operators/parallel.ts';
import { parallelGen } from '../../../src/operators/parallelGen.ts';
import { parallelMap } from '../../../src/operators/parallelMap.ts';
import { parallel$ } from '../../../src/operators/parallelObservable.ts';
import { LocalPool } from '../../../src/pools/local/LocalPool.ts';
import { currentTask } from '../../../src/tasks/currentTask.ts';
import { PoolClosedError, TaskLoadError, TaskTimeoutError } from '../../../src/tasks/errors/errors.ts';
import { tasks } from '../../../src/tasks/tasks.ts';
import { record } from '../../support/record.ts';
import { inBrief } from '../../support/virtual.ts';

/** A promise with its ends in hand. */
interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

function deferred<T = void>(): Deferred<T> {
  let ends: Omit<Deferred<T>, 'promise'> | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    ends = { resolve, reject };
  });
  return { promise, ...(ends as unknown as Omit<Deferred<T>, 'promise'>) };
}

const errorOf = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

/** Collects unhandled rejections while something goes on. */
async function unhandledDuring(act: () => Promise<unknown>): Promise<readonly unknown[]> {
  const unhandled: unknown[] = [];
  const listen = (reason: unknown): void => {
    unhandled.push(reason);
  };
  process.on('unhandledRejection', listen);
  try {
    await act();
    await turn();
    return unhandled;
  } finally {
    process.off('unhandledRejection', listen);
  }
}

describe('LocalPool', () => {
  it('has one worker, unless it is told otherwise', () => {
    expect(new LocalPool().size).to.equal(1);
    expect(new LocalPool({ workers: 3 }).size).to.equal(3);
  });

  it('refuses bad options at the call', () => {
    expect(() => new LocalPool({ workers: 0 })).to.throw(RangeError, 'workers must be an integer from 1, not 0');
    expect(() => new LocalPool({ workers: '2' as never })).to.throw(TypeError, 'workers must be an integer from 1');
    expect(() => new LocalPool({ size: 2 } as never)).to.throw(TypeError, 'there is no option size');
  });

  describe('a task', () => {
    it('gets the item itself, and its result is not copied', () => {
      const item = { f: () => 1 };
      const seen: unknown[] = [];
      const { values } = record(
        of(item).pipe(
          parallelMap(
            (given) => {
              seen.push(given);
              return given.f;
            },
            { pool: new LocalPool() },
          ),
        ),
      );

      expect(seen[0]).to.equal(item);
      expect(values[0]?.[1]).to.equal(item.f);
    });

    it('gets the arguments after the item', () => {
      const join = (a: string, b: string, c: string): string => a + b + c;

      expect(record(of('a').pipe(parallelMap(join, { pool: 'local', args: ['b', 'c'] }))).values).to.deep.equal([
        [0, 'abc'],
      ]);
    });

    it('may be async, or return any thenable', async () => {
      const thenable = (n: number): PromiseLike<number> => Promise.resolve(n * 2);
      const odd = (n: number): PromiseLike<number> => ({
        then: (resolve) => Promise.resolve(resolve?.(n * 3)) as never,
      });

      expect(await parallel(thenable, [1, 2], { pool: 'local' })).to.deep.equal([2, 4]);
      expect(await parallel(odd, [1, 2], { pool: 'local' })).to.deep.equal([3, 6]);
    });

    it('that is native runs too', async () => {
      expect(await parallel(Math.sqrt, [4, 9], { pool: new LocalPool() })).to.deep.equal([2, 3]);
    });

    it('of a module is loaded, once', async () => {
      const { double } = tasks<typeof import('../../support/tasks.ts')>(
        new URL('../../support/tasks.ts', import.meta.url),
      );
      const pool = new LocalPool();

      expect(await parallel(double, [1, 2, 3], { pool })).to.deep.equal([2, 4, 6]);
      expect(record(of(4).pipe(parallelMap(double, { pool }))).values).to.deep.equal([[0, 8]]);
    });

    it('of a module that does not load ends the run, whatever onError says', async () => {
      const { lost } = tasks<{ lost: (n: number) => number }>(new URL('../support/nowhere.ts', import.meta.url));

      expect(await errorOf(parallel(lost, [1], { pool: new LocalPool(), onError: 'skip' }))).to.be.instanceOf(
        TaskLoadError,
      );
    });

    it('finds itself by currentTask, also after an await, and nothing is found outside', async () => {
      const indices = async (): Promise<unknown[]> => {
        const before = currentTask()?.index;
        await turn();
        return [before, currentTask()?.index, currentTask()?.attempt];
      };
      const run = parallel(indices, ['a', 'b', 'c'], { pool: 'local', workers: 2 });

      expect(currentTask()).to.equal(undefined);
      await Promise.resolve();
      expect(currentTask()).to.equal(undefined);
      expect(await run).to.deep.equal([
        [0, 0, 1],
        [1, 1, 1],
        [2, 2, 1],
      ]);
      expect(await parallel(() => currentTask()?.index, ['a', 'b'], { pool: 'local' })).to.deep.equal([0, 1]);
      expect(currentTask()).to.equal(undefined);
    });
  });

  it('runs as many promises at a time as it has workers', async () => {
    const started: number[] = [];
    const ends = [deferred<string>(), deferred<string>(), deferred<string>()];
    const task = (n: number): Promise<string> | undefined => {
      started.push(n);
      return ends[n]?.promise;
    };
    const { values } = record(from([0, 1, 2]).pipe(parallelMap(task, { pool: new LocalPool({ workers: 2 }) })));

    expect(started).to.deep.equal([0, 1]);
    ends[1]?.resolve('one');
    await turn();
    expect(values).to.deep.equal([[1, 'one']]);
    expect(started).to.deep.equal([0, 1, 2]);
    ends[2]?.resolve('two');
    ends[0]?.resolve('zero');
    await turn();
    expect(values).to.deep.equal([
      [1, 'one'],
      [2, 'two'],
      [0, 'zero'],
    ]);
  });

  it('is shared by runs, which take turns', async () => {
    const pool = new LocalPool();
    const started: string[] = [];
    const task = async (name: string): Promise<string> => {
      started.push(name);
      await turn();
      return name;
    };

    await Promise.all([parallel(task, ['a1', 'a2', 'a3'], { pool }), parallel(task, ['b1', 'b2'], { pool })]);
    expect(started).to.deep.equal(['a1', 'b1', 'a2', 'b2', 'a3']);
  });

  it('goes through a chunk of a hundred thousand items without a deep stack', () => {
    const items = Array.from({ length: 1e5 }, (_, n) => n);
    const config = { pool: new LocalPool(), chunkSize: 1e5, bufferSize: 1e5 };
    let sum = 0;

    record(parallel$((n: number) => n, items, config).pipe(tap(([, n]) => (sum += n))));
    expect(sum).to.equal(4_999_950_000);
  });

  it('moves what transfer names', async () => {
    const bytes = Uint8Array.of(1, 2);
    const length = (given: Uint8Array): number => given.byteLength;

    expect(await parallel(length, [bytes], { pool: 'local', transfer: ({ buffer }) => [buffer] })).to.deep.equal([2]);
    expect(bytes.byteLength).to.equal(0);
  });

  describe('timeout', () => {
    it('fails an item that takes longer, and tells it by its signal, with the error', async () => {
      let reason: unknown;
      const task = async (n: number): Promise<number> => {
        const signal = currentTask()?.signal;
        if (n === 0)
          await new Promise((resolve) => {
            signal?.addEventListener('abort', resolve);
          });
        reason ??= signal?.aborted === true ? signal.reason : undefined;
        return n;
      };
      const [late, inTime] = await parallel(task, [0, 1], { pool: 'local', timeout: 20, onError: 'return' });

      expect(late).to.be.instanceOf(TaskTimeoutError).with.property('index', 0);
      expect(reason).to.equal(late);
      expect(inTime).to.equal(1);
    });

    it('leaves the place to a late task until it has stopped', async () => {
      const end = deferred();
      const log: string[] = [];
      const task = async (n: number): Promise<void> => {
        log.push(`${String(n)} starts`);
        if (n === 0) await end.promise;
        log.push(`${String(n)} ends`);
      };
      const run = parallel(task, [0, 1], { pool: 'local', workers: 1, timeout: 5, onError: 'skip', chunkSize: 2 });
      const aborted = firstValueFrom(parallel$(task, [0], { pool: 'local', timeout: 5, onError: 'return' }), {
        defaultValue: undefined,
      });

      await aborted;
      log.push('late');
      end.resolve();
      await run;
      expect(log.filter((line) => line !== '0 starts')).to.deep.equal([
        'late',
        '0 ends',
        '0 ends',
        '1 starts',
        '1 ends',
      ]);
    });

    it('cannot interrupt a synchronous task', async () => {
      const busy = (ms: number): number => {
        const end = performance.now() + ms;
        while (performance.now() < end);
        return ms;
      };

      expect(await parallel(busy, [10], { pool: 'local', timeout: 1 })).to.deep.equal([10]);
    });
  });

  describe('unsubscribing', () => {
    it('aborts the signal of a running task, which keeps its place until it has settled', async () => {
      const pool = new LocalPool();
      const end = deferred();
      let signal: AbortSignal | undefined;
      const { subscription } = record(
        of(1).pipe(
          parallelMap(
            async () => {
              signal = currentTask()?.signal;
              await end.promise;
            },
            { pool },
          ),
        ),
      );
      const next = record(of(2).pipe(parallelMap((n) => n, { pool })));

      expect(signal?.aborted).to.equal(false);
      subscription.unsubscribe();
      expect(signal?.aborted).to.equal(true);
      await turn();
      expect(next.values).to.deep.equal([]);
      end.resolve();
      await turn();
      expect(next.values).to.deep.equal([[0, 2]]);
    });

    it('gives a task that does not settle 100 ms, after which its place is free', async () => {
      const pool = new LocalPool();
      record(of(1).pipe(parallelMap(() => new Promise(() => undefined), { pool }))).subscription.unsubscribe();
      const startedAtMs = performance.now();

      expect(await parallel((n: number) => n, [2], { pool })).to.deep.equal([2]);
      expect(performance.now() - startedAtMs).to.be.within(95, 1000);
    });

    it('holds the process for a cancelled task no longer than that takes', async () => {
      const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
      await turn();
      const before = timers();
      const end = deferred();
      record(of(1).pipe(parallelMap(() => end.promise, { pool: new LocalPool() }))).subscription.unsubscribe();
      end.resolve();
      await turn();
      expect(timers()).to.equal(before);
    });

    it('frees a place that waited for its pause', () => {
      const pool = new LocalPool();
      record(of(1, 2).pipe(parallelMap((n) => n, { pool, pause: 1e6 }))).subscription.unsubscribe();

      expect(record(of(3).pipe(parallelMap((n) => n, { pool }))).values).to.deep.equal([[0, 3]]);
    });

    it('while the task is called aborts its signal, and keeps its place until it has settled', async () => {
      const pool = new LocalPool();
      const stop$ = new Subject<void>();
      const end = deferred();
      let aborted: boolean | undefined;
      const left = record(
        of(1).pipe(
          parallelMap(
            () => {
              stop$.next();
              aborted = currentTask()?.signal.aborted;
              return end.promise;
            },
            { pool },
          ),
          takeUntil(stop$),
        ),
      );
      const next = record(of(2).pipe(parallelMap((n) => n, { pool })));

      expect(left).to.deep.include({ values: [], completions: 1 });
      expect(aborted).to.equal(true);
      await turn();
      expect(next.values).to.deep.equal([]);
      end.resolve();
      await turn();
      expect(next.values).to.deep.equal([[0, 2]]);
    });

    it('makes nobody hear of what a cancelled task throws later', async () => {
      const end = deferred();
      const unhandled = await unhandledDuring(async () => {
        record(of(1).pipe(parallelMap(() => end.promise, { pool: 'local' }))).subscription.unsubscribe();
        end.reject(new Error('too late'));
        await turn();
      });

      expect(unhandled).to.deep.equal([]);
    });
  });

  describe('a generator', () => {
    it('emits a pair per yield, synchronously', () => {
      const letters = function* (word: string): Generator<string, string> {
        for (const letter of word.split('')) yield letter;
        return 'ignored';
      };

      expect(record(of('ab', '', 'c').pipe(parallelMap(letters, { pool: 'local' }))).values).to.deep.equal([
        [0, 'a'],
        [0, 'b'],
        [2, 'c'],
      ]);
    });

    it('may be async, or any iterator that can be iterated', async () => {
      const later = async function* (n: number): AsyncGenerator<number> {
        yield n;
        await turn();
        yield n + 1;
      };
      const plain = (n: number): Generator<number> => [n, n + 1].values() as unknown as Generator<number>;

      expect(await parallel(later, [1, 5], { pool: 'local' })).to.deep.equal([1, 2, 5, 6]);
      expect(await parallel(plain, [1, 5], { pool: 'local' })).to.deep.equal([1, 2, 5, 6]);
    });

    it('whose steps are no objects is an error of its item, and not endless', async () => {
      const sync = (): Generator<number> => ({ next: () => 5, [Symbol.iterator]: () => undefined }) as never;
      const async = (): AsyncGenerator<number> =>
        ({ next: () => Promise.resolve(5), [Symbol.asyncIterator]: () => undefined }) as never;

      for (const task of [sync, async])
        expect(inBrief(await errorOf(parallel(task, ['a'], { pool: 'local' })))).to.equal(
          'TaskError at 0: TypeError: iterator result 5 is not an object',
        );
    });

    it('is asked for no more than is wanted', async () => {
      let asked = 0;
      const endless = function* (): Generator<number> {
        for (;;) yield (asked += 1);
      };
      const endlessLater = async function* (): AsyncGenerator<number> {
        for (;;) {
          await turn();
          yield (asked += 1);
        }
      };

      expect(record(of(0).pipe(parallelMap(endless, { pool: 'local' }), take(3))).values).to.have.length(3);
      expect(asked).to.equal(3);
      asked = 0;
      await lastValueFrom(of(0).pipe(parallelMap(endlessLater, { pool: 'local' }), take(3)));
      await turn();
      await turn();
      expect(asked).to.equal(3);
    });

    it('that is endless and synchronous hangs nothing that takes some of it, wherever it stands', async () => {
      const endless = async (n: number): Promise<number> => Promise.resolve(n);
      const task = (n: number): number | Promise<number> | Generator<number> =>
        n === 0
          ? endless(0)
          : (function* () {
              for (let step = 1; ; step += 1) yield step;
            })();

      for (const options of [{ ordered: true }, { ordered: false, bufferSize: 1 }, { ordered: false }]) {
        const result$ = from([0, 1]).pipe(
          parallelMap(task, { pool: 'local', workers: 2, ...options }),
          take(4),
          toArray(),
        );
        expect((await lastValueFrom(result$)).length).to.equal(4);
      }
    });

    it('of a hundred thousand yields needs no deep stack, after an await either', async () => {
      const many = function* (n: number): Generator<number> {
        for (let step = 0; step < n; step += 1) yield step;
      };
      const task = (n: number): Promise<number> | Generator<number> => (n === 0 ? Promise.resolve(-1) : many(n));

      for (const ordered of [false, true])
        for (const bufferSize of [1, 100]) {
          const config = { pool: 'local', workers: 2, ordered, bufferSize } as const;
          expect(await parallel(task, [0, 1e5], config)).to.have.length(100_001);
        }
    });

    it('runs its finally on unsubscribe, and nobody hears what that throws', async () => {
      const log: string[] = [];
      const hostile = function* (): Generator<number> {
        try {
          for (;;) yield 1;
        } finally {
          log.push('sync');
          throw new Error('not now');
        }
      };
      const hostileLater = async function* (): AsyncGenerator<number> {
        try {
          for (;;) {
            await turn();
            yield 1;
          }
        } finally {
          log.push('async');
          throw new Error('not now');
        }
      };
      const unhandled = await unhandledDuring(async () => {
        for (const task of [hostile, hostileLater]) {
          await lastValueFrom(of(0).pipe(parallelMap(task, { pool: 'local' }), take(1)));
          await turn();
        }
      });

      expect(log).to.deep.equal(['sync', 'async']);
      expect(unhandled).to.deep.equal([]);
    });

    it('keeps its place until an asynchronous finally has ended', async () => {
      const pool = new LocalPool();
      const end = deferred();
      const slowToEnd = async function* (): AsyncGenerator<number> {
        try {
          yield await Promise.resolve(1);
        } finally {
          await end.promise;
        }
      };
      await lastValueFrom(of(0).pipe(parallelMap(slowToEnd, { pool }), take(1)));
      const next = record(of(2).pipe(parallelMap((n) => n, { pool })));

      await turn();
      expect(next.values).to.deep.equal([]);
      end.resolve();
      await turn();
      expect(next.values).to.deep.equal([[0, 2]]);
    });

    it('finds itself by currentTask at each step, and in its finally', async () => {
      const seen: unknown[] = [];
      const task = function* (): Generator {
        try {
          yield currentTask()?.index;
          yield currentTask()?.index;
        } finally {
          seen.push(currentTask()?.index);
        }
      };
      const results$ = of('a', 'b').pipe(parallelMap(task, { pool: 'local' }), take(3), toArray());

      expect(await lastValueFrom(results$)).to.deep.equal([
        [0, 0],
        [0, 0],
        [1, 1],
      ]);
      expect(seen).to.deep.equal([0, 1]);
    });

    it('has its timeout for each step, not for what it waits for the consumer', async () => {
      const task = async function* (n: number): AsyncGenerator<number> {
        yield n;
        if (n === 1) await new Promise(() => undefined);
        yield n;
      };
      const results = await parallel(task, [0, 1], { pool: 'local', timeout: 20, onError: 'return' });

      expect(results.slice(0, 3)).to.deep.equal([0, 0, 1]);
      expect(results[3]).to.be.instanceOf(TaskTimeoutError).with.property('index', 1);
    });
  });

  describe('a processor', () => {
    class Counter {
      static made = 0;
      private seen = 0;
      private readonly id: number;

      constructor(first: number) {
        this.id = first + Counter.made;
        Counter.made += 1;
      }

      *process(batch: readonly string[]): Generator<string> {
        for (const item of batch) yield `${item}${String(this.id)}${String((this.seen += 1))}`;
      }
    }

    it('is made once per worker and run, with the arguments', async () => {
      Counter.made = 0;
      const items$ = from(['a', 'b', 'c', 'd']);
      const run$ = items$.pipe(
        parallelGen(Counter, { pool: new LocalPool(), args: [7], batchSize: 2 }),
        map(([, result]) => result),
        toArray(),
      );

      expect(await lastValueFrom(run$)).to.deep.equal(['a71', 'b72', 'c73', 'd74']);
      expect(await lastValueFrom(run$)).to.deep.equal(['a81', 'b82', 'c83', 'd84']);
      expect(Counter.made).to.equal(2);
    });
  });

  describe('close', () => {
    it('lets what runs end, starts nothing more, and then fails the run', async () => {
      const pool = new LocalPool({ workers: 2 });
      const ends = [deferred<string>(), deferred<string>()];
      const started: number[] = [];
      const task = (n: number): Promise<string> | undefined => {
        started.push(n);
        return ends[n]?.promise;
      };
      const run = record(from([0, 1, 2, 3]).pipe(parallelMap(task, { pool })));
      const closed = pool.close();

      ends[1]?.resolve('one');
      await turn();
      expect(run).to.deep.include({ values: [[1, 'one']], errors: [] });
      ends[0]?.resolve('zero');
      await closed;
      expect(run.values).to.deep.equal([
        [1, 'one'],
        [0, 'zero'],
      ]);
      expect(run.errors).to.have.length(1);
      expect(run.errors[0]).to.be.instanceOf(PoolClosedError);
      expect(started).to.deep.equal([0, 1]);
    });

    it('gives what runs 100 ms, tells it by its signal, and fails the run', async () => {
      const pool = new LocalPool();
      let signal: AbortSignal | undefined;
      const run = record(
        of(0).pipe(
          parallelMap(
            () => {
              signal = currentTask()?.signal;
              return new Promise(() => undefined);
            },
            { pool },
          ),
        ),
      );

      await pool.close();
      expect(run.errors[0]).to.be.instanceOf(PoolClosedError);
      expect(signal?.aborted).to.equal(true);
    });

    it('starts no more items of a chunk', async () => {
      const pool = new LocalPool();
      const started: number[] = [];
      const run = record(
        from([0, 1, 2]).pipe(
          parallelMap(
            (n) => {
              started.push(n);
              if (n === 1) void pool.close();
              return n;
            },
            { pool, chunkSize: 3 },
          ),
        ),
      );

      await pool.close();
      expect(started).to.deep.equal([0, 1]);
      expect(run.values).to.deep.equal([
        [0, 0],
        [1, 1],
      ]);
      expect(run.errors[0]).to.be.instanceOf(PoolClosedError);
    });

    it('is at once where nothing runs, may be called again, and is what asyncDispose does', async () => {
      const pool = new LocalPool();
      const idle = record(NEVER.pipe(parallelMap((n: number) => n, { pool })));

      await Promise.all([pool.close(), pool.close()]);
      await pool[Symbol.asyncDispose]();
      expect(idle.errors.map(inBrief)).to.deep.equal(['PoolClosedError at undefined: undefined']);
    });

    it('refuses what comes later, whatever onError says', async () => {
      const pool = new LocalPool();
      const source$ = new Subject<number>();
      const open = record(concat(of(1), source$).pipe(parallelMap((n) => n, { pool })));

      await pool.close();
      for (const onError of ['throw', 'return', 'skip'] as const)
        expect(await errorOf(parallel((n: number) => n, [1], { pool, onError }))).to.be.instanceOf(PoolClosedError);
      source$.next(2);
      expect(open.values).to.deep.equal([[0, 1]]);
      expect(open.errors.map(inBrief)).to.deep.equal(['PoolClosedError at undefined: undefined']);
    });
  });
});
