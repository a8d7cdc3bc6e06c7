import { getEventListeners } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import v8 from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import {
  concat,
  EMPTY,
  finalize,
  from,
  lastValueFrom,
  map,
  NEVER,
  of,
  repeat,
  retry,
  share,
  Subject,
  switchMap,
  take,
  takeUntil,
  tap,
  type Unsubscribable,
} from 'rxjs';
import { parallel } from '../../src/operators/parallel.ts';
import { parallelMap } from '../../src/operators/parallelMap.ts';
import { parallel$ } from '../../src/operators/parallelObservable.ts';
import { LocalPool } from '../../src/pools/local/LocalPool.ts';
import { withPool$ } from '../../src/pools/workers/node/withPool.ts';
import type { Pool } from '../../src/pools/pool.ts';
import { VirtualPool } from '../../src/testing/VirtualPool.ts';
import { TaskError } from '../../src/tasks/errors/errors.ts';
import { marbles } from '../support/marbles.ts';
import { Naturals } from '../support/Naturals.ts';
import { record } from '../support/record.ts';
import { letterPool, PAIRS, upper, upperBut } from '../support/virtual.ts';
import { note, valuesOf, virtually } from '../support/virtually.ts';
import { HandPool } from '../support/HandPool.ts';
import { workerKinds } from '../support/workerKinds.ts';
import { product } from '../support/product.ts';

describe('the contract: teardown', () => {
  it('22. unsubscribe is synchronous, idempotent and re-entrant, and never throws', () => {
    const hostile = (ended: string[]) =>
      function* (item: string): Generator<string> {
        try {
          for (;;) yield item;
        } finally {
          ended.push(item);
          throw new Error('not now');
        }
      };

    virtually((scheduler, { flush }) => {
      const ended: string[] = [];
      const pool = new VirtualPool({ workers: 1, duration: 1 });
      const { subscription } = record(of('a').pipe(parallelMap(hostile(ended), { pool })));
      scheduler.schedule(() => {
        subscription.unsubscribe();
        ended.push('left');
        subscription.unsubscribe();
      }, 3);
      flush();
      expect(ended).to.deep.equal(['a', 'left']);
    });

    const ended: string[] = [];
    const stop$ = new Subject<void>();
    const run = record(
      of('a').pipe(
        parallelMap(hostile(ended), { pool: 'local' }),
        tap(() => {
          stop$.next();
          stop$.next();
        }),
        takeUntil(stop$),
      ),
    );
    expect(run).to.deep.include({ values: [], errors: [], completions: 1 });
    expect(ended).to.deep.equal(['a']);

    for (const options of product)
      for (const leaveAt of [1, 2, 4])
        virtually((scheduler, { flush }) => {
          // In frame 2 the worker of a dies, and there is none in its place before frame 5.
          const pool = new VirtualPool({ workers: 1, marble: '--x', crash: 3 });
          const { subscription, errors } = record(of('a', 'b').pipe(parallelMap(upper, { ...options, pool })));
          scheduler.schedule(() => {
            subscription.unsubscribe();
            subscription.unsubscribe();
          }, leaveAt);

          flush();
          expect([errors, pool.runs.length, scheduler.actions]).to.deep.equal([[], 1, []]);
        });
  });

  it('23. the source is left first, then queue and timers are dropped, then each running job is cancelled once', () => {
    for (const options of product)
      virtually((scheduler) => {
        const open = (signal?: AbortSignal): { readonly pool: HandPool; readonly subscription: Unsubscribable } => {
          const pool = new HandPool(2);
          // With timers of their own: a pause that goes on, and the wait of a retry.
          const config = {
            ...options,
            pause: 0,
            workers: 2,
            pool,
            retry: { count: 1, delay: 9 },
            ...(signal && { signal }),
          };
          const source$ = concat(from(['a', 'b', 'c', 'd', 'e', 'f']), NEVER).pipe(
            finalize(() => pool.log.push('source left')),
          );
          const { subscription } = record(source$.pipe(parallelMap(upper, { ...config, chunkSize: 1 })));
          return { pool, subscription };
        };
        const order = ['source left', 'item 0 cancelled', 'item 1 cancelled'];

        const left = open();
        left.subscription.unsubscribe();
        left.subscription.unsubscribe();
        expect(left.pool.log).to.deep.equal(order);

        const controller = new AbortController();
        const aborted = open(controller.signal);
        controller.abort();
        expect(aborted.pool.log).to.deep.equal(order);

        const failed = open();
        failed.pool.answers[1]?.({ from: 0, values: [undefined], errors: [[0, new TaskError('failed')]] });
        expect(scheduler.actions, 'the wait of the retry').to.have.length(1);
        failed.subscription.unsubscribe();
        expect(failed.pool.log).to.deep.equal(order);
        expect(scheduler.actions).to.deep.equal([]);
        for (const { pool } of [left, aborted, failed]) expect(pool.answers).to.have.length(2);
      });

    const pool = new HandPool(2);
    const source$ = concat(from(['a', 'b', 'c']), NEVER).pipe(finalize(() => pool.log.push('source left')));
    record(source$.pipe(parallelMap(upper, { pool })));
    pool.answers[1]?.({ from: 0, values: [undefined], errors: [[0, new TaskError('failed')]] });
    expect(pool.log).to.deep.equal(['source left', 'item 0 cancelled', 'item 1 cancelled']);
  });

  it('24. afterwards there is no timer and no listener', () => {
    for (const options of product)
      virtually((scheduler, { flush }) => {
        const { signal } = new AbortController();
        const source$ = new Subject<string>();
        const all = { ...options, timeout: 9, pool: letterPool(4, { a: 5, b: 5 }), signal, progress: () => undefined };
        const { subscription } = record(source$.pipe(parallelMap(upper, all)));
        for (const letter of ['a', 'b', 'c', 'd', 'e', 'f']) source$.next(letter);
        scheduler.schedule(() => {
          expect(scheduler.actions.length).to.be.greaterThan(0);
          subscription.unsubscribe();
          expect(scheduler.actions).to.deep.equal([]);
          expect(source$.observed).to.equal(false);
          expect(getEventListeners(signal, 'abort')).to.deep.equal([]);
        }, 3);
        flush();
        expect(subscription.closed).to.equal(true);
      });
  });

  it('25. take(n): nothing comes or starts afterwards, and a pulled source is read only as far as needed', () => {
    for (const ordered of [false, true])
      for (const workers of [1, 2, 4])
        for (const [chunkSize, reads] of [
          ['auto', 5],
          [1, 5],
          [3, 6],
        ] as const) {
          const pulled = new Naturals();
          const started: number[] = [];
          const task = (n: number): number => {
            started.push(n);
            return n;
          };
          const options = { pool: 'local', ordered, workers, chunkSize } as const;
          const { values, completions } = record(parallel$(task, pulled, options).pipe(take(5)));

          expect(values).to.have.length(5);
          expect(completions).to.equal(1);
          expect(started).to.deep.equal([0, 1, 2, 3, 4]);
          expect(pulled).to.include({ reads, ends: 1 });

          const pushed = new Naturals();
          record(from(pushed).pipe(parallelMap(task, options), take(5)));
          expect(pushed).to.include({ reads: 5, ends: 1 });
        }

    for (const options of product)
      virtually((scheduler, { flush }) => {
        const naturals = new Naturals();
        const pool = new VirtualPool({ workers: options.workers, duration: 1 });
        const starts: number[] = [];
        const result$ = parallel$((n: number) => n, naturals, { ...options, pool }).pipe(
          take(5),
          finalize(() => starts.push(pool.runs.length)),
        );
        const notes = note(result$, scheduler);

        flush();
        expect(valuesOf(notes)).to.have.length(5);
        expect(starts).to.deep.equal([pool.runs.length]);
        expect(naturals.ends).to.equal(1);
        if (options.chunkSize !== 3 && options.pause === 0) expect(naturals.reads).to.equal(4 + options.workers);
        expect(naturals.reads).to.be.at.most(4 + 3 * options.workers);
      });
  });

  it('26. finalizers run once, on complete, error and unsubscribe', () => {
    for (const source of ['(abc|)', '(abc)-#', '(abc)'])
      for (const options of product)
        virtually((scheduler, { cold, flush }) => {
          const ended: string[] = [];
          const task = function* (letter: string): Generator<string> {
            try {
              yield letter;
            } finally {
              ended.push(letter);
            }
          };
          const source$ = cold(source).pipe(finalize(() => ended.push('source')));
          const pool = new VirtualPool({ workers: 4, duration: 3 });
          const { subscription } = record(source$.pipe(parallelMap(task, { ...options, pool })));
          scheduler.schedule(() => {
            subscription.unsubscribe();
          }, 40);

          flush();
          const started = ended.filter((name) => name !== 'source');
          expect(ended.length - started.length).to.equal(1);
          expect(new Set(started).size).to.equal(started.length);
          if (source !== '(abc)-#') expect(started.toSorted()).to.deep.equal(['a', 'b', 'c']);
        });
  });

  it("27. unsubscribing during subscribe, during a task's start and inside progress leaks nothing", () => {
    const check = (pool: Pool, when: 'start' | 'progress' | 'result'): void => {
      virtually((scheduler, { flush }) => {
        const stop$ = new Subject<void>();
        const source$ = new Subject<string>();
        const stopWhen = (now: typeof when): void => {
          if (now === when) stop$.next();
        };
        const started: string[] = [];
        const run = record(
          concat(of('a', 'b'), source$).pipe(
            parallelMap(
              (letter: string) => {
                started.push(letter);
                stopWhen('start');
                return letter;
              },
              {
                pool,
                progress: () => {
                  stopWhen('progress');
                },
              },
            ),
            tap(() => {
              stopWhen('result');
            }),
            takeUntil(stop$),
          ),
        );

        flush();
        expect(run).to.deep.include({ values: [], errors: [], completions: 1 });
        expect(started).to.deep.equal(['a']);
        expect(source$.observed).to.equal(false);
        expect(stop$.observed).to.equal(false);
        expect(scheduler.actions).to.deep.equal([]);
        const next = note(of('b').pipe(parallelMap(upper, { pool })), scheduler);
        flush();
        expect(valuesOf(next)).to.deep.equal([[0, 'B']]);
      });
    };

    for (const when of ['start', 'progress', 'result'] as const) {
      check(new LocalPool(), when);
      check(letterPool(1), when);
    }
  });

  it('28. a given pool survives, and an owned one is released once, on all three endings', () => {
    const pool = new HandPool(1);
    record(of('a').pipe(parallelMap(upper, { pool }))).subscription.unsubscribe();
    record(of('a').pipe(parallelMap(upper, { pool })));
    pool.answers[1]?.({ from: 0, values: [undefined], errors: [[0, new TaskError('failed')]] });
    record(EMPTY.pipe(parallelMap(upper, { pool })));
    expect(pool.log).to.deep.equal(['item 0 cancelled', 'item 0 cancelled']);

    // The pool that runs share has as many workers as the largest of them wants, and starts none before there are items.
    for (const kind of workerKinds) {
      const sizeNow = (): number | undefined => record(withPool$(kind, undefined, ({ size }) => of(size))).values[0];
      const before = sizeNow();
      const sizes: (number | undefined)[] = [];
      const open = (workers: number): readonly [Subject<string>, Unsubscribable] => {
        const source$ = new Subject<string>();
        const { subscription } = record(source$.pipe(parallelMap(upper, { pool: kind, workers })));
        sizes.push(sizeNow());
        return [source$, subscription];
      };
      const [completes$] = open(101);
      const [fails$] = open(102);
      const [, left] = open(103);
      const [stays$] = open(100);
      for (const end of [
        () => {
          left.unsubscribe();
          left.unsubscribe();
        },
        () => {
          fails$.error(new Error('broken'));
        },
        () => {
          completes$.complete();
        },
        () => {
          stays$.complete();
        },
      ]) {
        end();
        sizes.push(sizeNow());
      }
      expect(sizes).to.deep.equal([101, 102, 103, 103, 102, 101, 100, before]);
    }
  });

  it('29. after 1000 errors and cancellations all workers are still there', async () => {
    virtually((_scheduler, { cold, flush, expectObservable }) => {
      const pool = letterPool(2, { c: 9, d: 9 });
      for (let n = 0; n < 1000; n += 1) {
        record(of('a', 'b').pipe(parallelMap(upperBut('a', 'b'), { pool })));
        record(of('c', 'd', 'e').pipe(parallelMap(upper, { pool }))).subscription.unsubscribe();
      }
      flush();
      expectObservable(cold('(cd|)').pipe(parallelMap(upper, { pool }))).toBe('1009ms (CD|)', {
        C: [0, 'C'],
        D: [1, 'D'],
      });
    });

    const pool = new LocalPool({ workers: 2 });
    for (let n = 0; n < 1000; n += 1) {
      record(of('a', 'b').pipe(parallelMap(upperBut('a', 'b'), { pool })));
      record(
        of('c', 'd', 'e').pipe(parallelMap((letter) => Promise.resolve(letter), { pool })),
      ).subscription.unsubscribe();
    }
    let together = 0;
    let most = 0;
    const task = async (): Promise<void> => {
      together += 1;
      most = Math.max(most, together);
      await turn();
      together -= 1;
    };
    await parallel(task, [1, 2, 3, 4], { pool });
    expect(most).to.equal(2);
  });

  it('30. items, results and subscriber become collectable', async () => {
    v8.setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const pool = new LocalPool({ workers: 2 });
    const task = (item: { readonly result: object }): Promise<object> => Promise.resolve(item.result);
    const operator = parallelMap(task, { pool });
    const refs: WeakRef<object>[] = [];
    const make = (): { readonly result: object } => {
      const item = { result: {} };
      refs.push(new WeakRef(item), new WeakRef(item.result));
      return item;
    };
    const run = async (): Promise<void> => {
      const observer = { next: () => undefined };
      refs.push(new WeakRef(observer));
      await lastValueFrom(from([make(), make(), make()]).pipe(operator, tap(observer)), { defaultValue: undefined });
      from([make(), make(), make()])
        .pipe(operator, tap(observer))
        .subscribe({ error: () => undefined })
        .unsubscribe();
      await turn();
    };

    const left = (): number => refs.filter((ref) => ref.deref() !== undefined).length;

    await run();
    // Code that is being compiled may hold something through one collection.
    for (let collections = 0; collections < 5 && (collections === 0 || left() > 0); collections += 1) {
      await turn();
      collect();
    }
    expect(left()).to.equal(0);
  });

  it(
    '31. with retry, repeat, share and switchMap each run starts at index 0 and never shows the old one',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      let tries = 0;
      const task = (letter: string): string => {
        if (letter === 'b' && (tries += 1) < 3) throw new Error('again');
        return upper(letter);
      };
      expectObservable(cold('-ab|').pipe(parallelMap(task, { pool: letterPool(2) }), retry(2))).toBe(
        '--A--A--A(B|)',
        PAIRS,
      );
      expectObservable(cold('-a|').pipe(parallelMap(upper, { pool: letterPool(2) }), repeat(2))).toBe(
        '--A-(A|)',
        PAIRS,
      );

      const source$ = cold('-ab|');
      const shared$ = source$.pipe(parallelMap(upper, { pool: letterPool(2) }), share());
      expectObservable(shared$).toBe('       --A(B|)', PAIRS);
      expectObservable(shared$, '--^').toBe('--A(B|)', PAIRS);
      expectSubscriptions(source$.subscriptions).toBe('^--!');

      const pool = new VirtualPool({ workers: 2, duration: 4 });
      const switched$ = hot('x--y-------|').pipe(
        switchMap((run) =>
          cold('(ab|)').pipe(
            map((letter) => run + letter),
            parallelMap(upper, { pool }),
          ),
        ),
      );
      expectObservable(switched$).toBe('-------(pq)|', { p: [0, 'YA'], q: [1, 'YB'] });
    }),
  );
});
