import { expect } from 'chai';
import { concatMap, from, lastValueFrom, map, materialize, of, take, tap, timer } from 'rxjs';
import { parallelMap } from '../../src/operators/parallelMap.ts';
import { parallel$ } from '../../src/operators/parallelObservable.ts';
import { LocalPool } from '../../src/pools/local/LocalPool.ts';
import { VirtualPool } from '../../src/testing/VirtualPool.ts';
import { ParallelError, TaskCloneError, TaskError, TaskTimeoutError } from '../../src/tasks/errors/errors.ts';
import { marbles } from '../support/marbles.ts';
import { Naturals } from '../support/Naturals.ts';
import { record } from '../support/record.ts';
import { errorsInBrief, inBrief, letterPool, PAIRS, upper } from '../support/virtual.ts';
import { note, valuesOf, virtually, type Note } from '../support/virtually.ts';
import { HandPool } from '../support/HandPool.ts';
import { product, uneven, unevenPool, ten, failing, refuse, sorted, briefly } from '../support/product.ts';

describe('the contract: concurrency and order', () => {
  it('32. never more than workers run at once, and exactly that many when there is work and the pool has them free', () => {
    for (const options of product)
      virtually((scheduler, { flush }) => {
        const pool = new VirtualPool({ workers: 4, duration: 9 });
        note(from(ten).pipe(parallelMap((n) => n, { ...options, pool })), scheduler);

        flush();
        const together = pool.runs.map(
          ({ subscribedFrame: at }) =>
            pool.runs.filter((other) => other.subscribedFrame <= at && other.unsubscribedFrame > at).length,
        );
        expect(Math.max(...together)).to.equal(options.workers);
        expect(pool.runs).to.have.length(10);
        // Nobody rests before the last has begun, unless it has to, or there is less than a chunk for each.
        const lastStart = pool.runs.at(-1)?.subscribedFrame ?? NaN;
        const least = options.chunkSize === 3 ? 1 : options.workers;
        if (options.pause === 0)
          for (const [frame, running] of pool.trace)
            if (frame < lastStart) expect(running).to.be.within(least, options.workers);
      });

    for (const options of product)
      virtually((scheduler, { flush }) => {
        const pool = new VirtualPool({ workers: 2, duration: 9 });
        note(from(ten).pipe(parallelMap((n) => n, { ...options, workers: 9, pool })), scheduler);

        flush();
        expect(Math.max(...pool.trace.map(([, running]) => running))).to.equal(2);
      });

    const pool = new HandPool(2);
    record(from(ten).pipe(parallelMap((n) => n, { workers: 9, pool, chunkSize: 1 })));
    expect(pool.answers).to.have.length(2);
  });

  it('33. a waiting item starts in the frame in which a worker is free', () => {
    for (const { ordered, workers, chunkSize, onError } of product.filter(({ pause }) => pause === 0))
      virtually((scheduler, { hot, expectSubscriptions }) => {
        const pool = letterPool(workers, { a: 4 });
        const source$ = hot('           -ab-c---d|');

        note(source$.pipe(parallelMap(upper, { pool, ordered, chunkSize, onError })), scheduler);
        expectSubscriptions(pool.runs).toBe(
          workers === 1
            ? ['                         -^---!', '-----^!', '------^!', '--------^!']
            : ['                         -^---!', '--^!', '----^!', '--------^!'],
        );
      });
  });

  it('34. the index is the position in the source, whatever else happens', () => {
    const result = (n: number): unknown =>
      n === 3 || n === 7 ? `TaskError at ${String(n)}: RangeError: ${String(n)} is bad` : n * 10;
    for (const keys of [{}, { partitionBy: (n: number) => n % 3 }])
      for (const options of product.filter(({ onError }) => onError !== 'throw'))
        virtually((scheduler, { flush }) => {
          const config = { ...options, ...keys, pool: unevenPool(options.workers) };
          const notes = note(from(ten).pipe(parallelMap(failing, config), map(briefly)), scheduler);

          flush();
          const emitted = ten.filter((n) => options.onError === 'return' || typeof result(n) === 'number');
          expect(sorted(valuesOf(notes))).to.deep.equal(emitted.map((n) => [n, result(n)]));
        });

    const ends = ['#', '-x', '---#'];
    for (const keys of [{}, { partitionBy: (n: number) => n % 3 }])
      for (const options of product.filter(({ onError }) => onError === 'throw'))
        virtually((scheduler, { flush }) => {
          // All come through at their third try; how the first two end differs from item to item.
          const marble = (n: number, attempt: number): string =>
            attempt === 3 ? `-(${String(n)}|)` : (ends[(n + attempt) % 3] ?? '');
          const pool = new VirtualPool({ workers: options.workers, marble, crash: 2 });
          const config = { ...options, ...keys, pool, retry: { count: 2, delay: 1 }, crashRetries: 2 };
          const notes = note(from(ten).pipe(parallelMap((n) => n, config)), scheduler);

          flush();
          expect(sorted(valuesOf(notes))).to.deep.equal(ten.map((n) => [n, String(n)]));
          expect(pool.runs).to.have.length(30);
        });
  });

  it(
    '35. unordered means completion order; ties in one frame come in start order',
    marbles(({ hot, expectObservable }) => {
      const pool = letterPool(4, { a: 4, c: 2 });
      const source$ = hot('abcd-----|');
      const expected = '   --B-(ACD)|';

      expectObservable(source$.pipe(parallelMap(upper, { pool }))).toBe(expected, PAIRS);
    }),
  );

  it('36. ordered equals the unordered pairs sorted by index', () => {
    for (const { workers, chunkSize, pause, onError } of product.filter(
      (options) => !options.ordered && options.onError !== 'throw',
    ))
      virtually((scheduler, { flush }) => {
        const run = (ordered: boolean): readonly Note<readonly [number, unknown]>[] => {
          const config = { ordered, chunkSize, pause, onError, pool: unevenPool(workers) };
          return note(from(ten).pipe(parallelMap(failing, config), map(briefly)), scheduler);
        };
        const unordered = run(false);
        const ordered = run(true);

        flush();
        expect(valuesOf(ordered)).to.deep.equal(sorted(valuesOf(unordered)));
      });
  });

  it('37. ordered, with a failure at k: every index below k is emitted before the error, and none above', () => {
    for (const { workers, chunkSize, pause } of product.filter(({ onError }) => onError === 'throw'))
      virtually((scheduler, { flush }) => {
        const config = { ordered: true, chunkSize, pause, pool: unevenPool(workers) };
        const notes = note(from(ten).pipe(parallelMap(failing, config), errorsInBrief()), scheduler);

        flush();
        expect(notes.map(({ value, error }) => value ?? error)).to.deep.equal([
          [0, 0],
          [1, 10],
          [2, 20],
          'TaskError at 3: RangeError: 3 is bad',
        ]);
      });
  });

  it('38. bufferSize bounds what is taken and not yet emitted; at the bound an iterable is not pulled, and an Observable follows overflow', () => {
    for (const options of product)
      for (const bufferSize of [1, 2, 5])
        virtually((scheduler, { flush }) => {
          const naturals = new Naturals();
          let emitted = 0;
          let most = 0;
          const pool = unevenPool(options.workers);
          const pulled = function* (): Generator<number> {
            for (const n of naturals) {
              most = Math.max(most, naturals.reads - emitted);
              yield n;
            }
          };
          const result$ = parallel$((n: number) => n, pulled(), { ...options, pool, bufferSize }).pipe(
            tap(() => (emitted += 1)),
            take(20),
          );
          const notes = note(result$, scheduler);

          flush();
          expect(valuesOf(notes)).to.have.length(20);
          expect(most).to.be.at.most(bufferSize);
          const chunk = options.chunkSize === 3 && options.pause === 0 ? 3 : 1;
          expect(most).to.be.at.least(Math.min(bufferSize, options.workers * chunk));
        });

    for (const options of product)
      virtually((scheduler, { flush }) => {
        const emit = (overflow: 'buffer' | 'error'): readonly Note<unknown>[] => {
          const config = { ...options, pool: unevenPool(options.workers), bufferSize: 2, overflow };
          return note(from(ten).pipe(parallelMap((n) => n, config)), scheduler);
        };
        const [queued, failed] = [emit('buffer'), emit('error')];

        flush();
        expect(valuesOf(queued)).to.have.length(10);
        expect(failed).to.have.length(1);
        expect(failed[0]).to.deep.include({ frame: 0, kind: 'error' });
        expect(failed[0]?.error).to.be.instanceOf(RangeError);
      });
  });

  it('39. workers: 1 equals concatMap, and the serial pool equals map with an index, for synchronous tasks', () => {
    for (const ordered of [false, true])
      for (const chunkSize of [1, 3, 'auto'] as const)
        virtually((scheduler, { flush }) => {
          const config = { pool: unevenPool(1), ordered, chunkSize };
          const notes = note(from(ten).pipe(parallelMap(failing, config), errorsInBrief()), scheduler);
          const plain$ = from(ten).pipe(
            concatMap((n, index) => timer(uneven(n)).pipe(map(() => [index, failing(n)] as const))),
          );
          const plain = note(plain$, scheduler);

          flush();
          expect(notes.slice(0, -1)).to.deep.equal(plain.slice(0, -1));
          expect(notes.at(-1)).to.deep.include({ kind: 'error', frame: plain.at(-1)?.frame });

          const serial = record(from(ten).pipe(parallelMap((n) => n * 10, { workers: 0, ordered, chunkSize })));
          const mapped = record(from(ten).pipe(map((n, index) => [index, n * 10])));
          expect(serial.values).to.deep.equal(mapped.values);
          expect(serial.completions).to.equal(1);
        });
  });

  it('40. partitionBy: one at a time per key, in order; other keys are not held up by a slow one', () => {
    for (const options of product.filter(({ onError }) => onError !== 'throw'))
      virtually((scheduler, { flush }) => {
        const starts: { readonly n: number; readonly at: number }[] = [];
        const pool = new VirtualPool({
          workers: options.workers,
          duration: (n: number) => {
            starts.push({ n, at: scheduler.now() });
            return n === 0 ? 50 : uneven(n);
          },
        });
        const notes = note(
          from(ten).pipe(parallelMap(failing, { ...options, pool, partitionBy: (n) => n % 3 })),
          scheduler,
        );

        flush();
        expect(valuesOf(notes)).to.have.length(options.onError === 'skip' ? 8 : 10);
        for (const key of [0, 1, 2]) {
          const own = starts.filter(({ n }) => n % 3 === key);
          expect(own.map(({ n }) => n)).to.deep.equal(ten.filter((n) => n % 3 === key));
          for (const [k, { at }] of own.slice(1).entries()) {
            const { n, at: before } = own[k] as { n: number; at: number };
            expect(at).to.be.at.least(before + (n === 0 ? 50 : uneven(n)));
          }
        }
        const last = (n: number): number => starts.find((start) => start.n === n)?.at ?? NaN;
        if (options.workers > 1) for (const n of [7, 8]) expect(last(n)).to.be.below(50);
      });
  });

  it('41. pause: starts are at least that far apart, the first at once, none after a cancel, and nothing is waited for after the last', () => {
    for (const options of product.filter(({ pause }) => pause > 0))
      virtually((scheduler, { flush }) => {
        const pool = unevenPool(options.workers);
        const notes = note(from(ten).pipe(parallelMap((n) => n, { ...options, pool })), scheduler);
        const left = unevenPool(options.workers);
        note(
          from(ten).pipe(
            parallelMap((n) => n, { ...options, pool: left }),
            take(1),
          ),
          scheduler,
        );

        flush();
        expect(left.runs).to.have.length(1);
        const starts = pool.runs.map(({ subscribedFrame }) => subscribedFrame);
        expect(starts[0]).to.equal(0);
        expect(starts.slice(1).every((start, n) => start - (starts[n] ?? NaN) >= 2)).to.equal(true);
        const lastEnd = Math.max(...pool.runs.map(({ unsubscribedFrame }) => unsubscribedFrame));
        expect(notes.at(-1)).to.deep.equal({ frame: lastEnd, kind: 'complete' });
      });
  });

  it('42. timeout counts from the start of the item, and its worker is used again at once in virtual time', () => {
    for (const options of product.filter(({ onError, pause }) => onError !== 'throw' && pause === 0))
      virtually((scheduler, { flush }) => {
        const pool = new VirtualPool({ workers: 1, duration: (n: number) => (n % 2 === 0 ? 3 : 9) });
        const notes = note(from([0, 1, 2, 3]).pipe(parallelMap((n) => n, { ...options, pool, timeout: 5 })), scheduler);

        flush();
        expect(pool.runs.map((run) => [run.subscribedFrame, run.unsubscribedFrame])).to.deep.equal([
          [0, 3],
          [3, 8],
          [8, 11],
          [11, 16],
        ]);
        const late = (n: number): readonly unknown[] => [n, TaskTimeoutError];
        const said = valuesOf(notes).map(([n, result]) => [
          n,
          result instanceof TaskTimeoutError ? TaskTimeoutError : result,
        ]);
        expect(said).to.deep.equal(
          options.onError === 'skip'
            ? [
                [0, 0],
                [2, 2],
              ]
            : [[0, 0], late(1), [2, 2], late(3)],
        );
        expect(notes.at(-1)).to.deep.equal({ frame: 16, kind: 'complete' });
      });
  });

  it('43. retry keeps the index, obeys count and delay, frees the worker while waiting, and is cancelled by unsubscribe', () => {
    for (const options of product.filter(({ pause }) => pause === 0))
      virtually((scheduler, { flush }) => {
        const tries: (readonly [n: number, attempt: number, frame: number])[] = [];
        const pool = new VirtualPool({
          workers: 1,
          duration: 2,
          run: (_task, n: number, attempt) => {
            tries.push([n, attempt, scheduler.now()]);
            if (n === 0 && attempt < 3) throw new RangeError('not yet');
            return n * 10;
          },
        });
        const config = { ...options, pool, retry: { count: 2, delay: 3 } };
        const notes = note(from([0, 1]).pipe(parallelMap((n) => n, config)), scheduler);
        const leftPool = new VirtualPool({ workers: 1, duration: 2, run: refuse });
        const left = from([0])
          .pipe(parallelMap((n) => n, { ...config, pool: leftPool }))
          .subscribe({ error: () => undefined });
        const spent = new VirtualPool({ workers: 1, duration: 2, run: refuse });
        const refused = note(of('a').pipe(parallelMap(upper, { ...config, pool: spent }), errorsInBrief()), scheduler);
        scheduler.schedule(() => {
          left.unsubscribe();
        }, 4);

        flush();
        // 0 fails in frame 2, and 1 runs meanwhile; in chunks of both, 1 begins in frame 2 as well.
        expect(tries).to.deep.equal([
          [0, 1, 0],
          [1, 1, 2],
          [0, 2, 5],
          [0, 3, 10],
        ]);
        expect(valuesOf(notes).toSorted(([a], [b]) => a - b)).to.deep.equal([
          [0, 0],
          [1, 10],
        ]);
        expect(notes.at(-1)).to.deep.equal({ frame: 12, kind: 'complete' });
        // Left in frame 4, while it waits for frame 5.
        expect(leftPool.runs).to.have.length(1);
        expect(spent.runs.map(({ subscribedFrame }) => subscribedFrame)).to.deep.equal([0, 5, 10]);
        expect(refused.at(-1)).to.include({ frame: 12, kind: options.onError === 'throw' ? 'error' : 'complete' });
        for (const [, error] of valuesOf(refused) as unknown as [number, ParallelError][])
          expect(error).to.be.instanceOf(TaskError).and.include({ index: 0, attempts: 3 });
        expect(scheduler.actions).to.deep.equal([]);
      });
  });

  it('44. a crash leaves other running items alone; crashRetries at most, then a typed error; a poison item cannot eat the pool', () => {
    for (const options of product)
      for (const crashRetries of [0, 1, 3])
        virtually((scheduler, { flush }) => {
          const poison = 4;
          const tries: number[] = [];
          const pool = new VirtualPool({
            workers: options.workers,
            marble: (n: number, attempt: number) => {
              if (n === poison) tries.push(attempt);
              return n === poison ? '-x' : `--(${String(n)}|)`;
            },
            crash: 1,
          });
          const config = { ...options, pool, crashRetries };
          const notes = note(
            from(ten).pipe(
              parallelMap((n) => n, config),
              map(briefly),
              errorsInBrief(),
            ),
            scheduler,
          );

          flush();
          const error = `WorkerCrashError at ${String(poison)}: undefined`;
          expect(tries).to.deep.equal(Array.from({ length: crashRetries + 1 }, (_, n) => n + 1));
          if (options.onError === 'throw') expect(notes.at(-1)).to.include({ kind: 'error', error });
          else {
            const others = ten.map((n) => [n, n === poison ? error : String(n)]);
            const said = others.filter(([n]) => n !== poison || options.onError === 'return');
            expect(sorted(valuesOf(notes))).to.deep.equal(said);
            expect(pool.runs).to.have.length(10 + crashRetries);
          }
        });
  });

  it('45. chunking changes no result, index or error: a throw in item 2 neither loses 1 nor skips 3', async () => {
    for (const onError of ['return', 'skip', 'throw'] as const)
      for (const workers of [1, 2, 4]) {
        const results = new Set<string>();
        for (const chunkSize of [1, 2, 3, 10, 'auto'] as const) {
          const config = { onError, chunkSize, ordered: true };
          virtually((scheduler, { flush }) => {
            const pool = unevenPool(workers);
            const notes = note(
              from(ten).pipe(parallelMap(failing, { ...config, pool }), map(briefly), errorsInBrief()),
              scheduler,
            );
            flush();
            results.add(JSON.stringify(notes.map(({ value, error, kind }) => [value ?? error, kind])));
          });
          for (const task of [failing, async (n: number) => Promise.resolve(failing(n))]) {
            const local: unknown[] = [];
            const ends$ = from(ten).pipe(
              parallelMap(task, { ...config, workers, pool: 'local' }),
              map(briefly),
              materialize(),
              map(({ kind, value, error }) => [kind === 'E' ? inBrief(error) : value, kind] as const),
              tap(([value, kind]) => {
                if (kind === 'C') local.push([undefined, 'complete']);
                else local.push([value, kind === 'E' ? 'error' : 'next']);
              }),
            );
            await lastValueFrom(ends$);
            results.add(JSON.stringify(local));
          }
        }
        expect([...results]).to.have.length(1);
      }
  });

  it("46. a generator's yields keep their order, none is lost at the end, and early unsubscribe runs its finally", () => {
    for (const options of product)
      for (const local of [false, true])
        virtually((scheduler, { flush }) => {
          let begins = 0;
          let ends = 0;
          const task = function* (n: number): Generator<number> {
            begins += 1;
            try {
              for (let step = 0; step < n; step += 1) yield step;
            } finally {
              ends += 1;
            }
          };
          const pool = local
            ? new LocalPool({ workers: options.workers })
            : new VirtualPool({ workers: options.workers, duration: uneven });
          const result$ = from([3, 0, 1, 4]).pipe(parallelMap(task, { ...options, pool }));
          const all = note(result$, scheduler);

          flush();
          expect(sorted(valuesOf(all))).to.deep.equal([
            ...[0, 1, 2].map((step) => [0, step]),
            [2, 0],
            ...[0, 1, 2, 3].map((step) => [3, step]),
          ]);
          expect([begins, ends]).to.deep.equal([4, 4]);
          note(result$.pipe(take(2)), scheduler);
          flush();
          expect(begins).to.be.greaterThan(4);
          expect(ends).to.equal(begins);
        });
  });

  it('47. an uncloneable item or result is an error of that index; transferred buffers are detached here and arrive there', () => {
    virtually((scheduler, { flush }) => {
      const pool = new VirtualPool({ workers: 2, duration: 1 });
      const items: unknown[] = [1, () => 2, 3, 4];
      const task = (item: unknown): unknown => (item === 3 ? () => item : item);
      for (const options of product.filter(({ onError }) => onError === 'return')) {
        const notes = note(from(items).pipe(parallelMap(task, { ...options, pool })), scheduler);

        flush();
        expect(
          sorted(valuesOf(notes).map(([n, result]) => [n, result instanceof TaskCloneError ? result.index : result])),
        ).to.deep.equal([
          [0, 1],
          [1, 1],
          [2, 2],
          [3, 4],
        ]);
      }
    });
    virtually((scheduler, { flush }) => {
      const pool = new VirtualPool({ workers: 1, duration: 1 });
      const bytes = Uint8Array.of(1, 2, 3);
      const sum = (all: Uint8Array): number => all.reduce((a, b) => a + b, 0);
      const notes = note(of(bytes).pipe(parallelMap(sum, { pool, transfer: ({ buffer }) => [buffer] })), scheduler);

      flush();
      expect(valuesOf(notes)).to.deep.equal([[0, 6]]);
      expect(bytes.byteLength).to.equal(0);
    });
  });
});
