import { expect } from 'chai';
import {
  config as rxjs,
  EMPTY,
  expand,
  firstValueFrom,
  from,
  map,
  Observable,
  of,
  queueScheduler,
  range,
  Subject,
  tap,
  timer,
  VirtualTimeScheduler,
} from 'rxjs';
import { parallel } from '../../src/operators/parallel.ts';
import { parallelMap } from '../../src/operators/parallelMap.ts';
import { LocalPool } from '../../src/pools/local/LocalPool.ts';
import { VirtualPool } from '../../src/testing/VirtualPool.ts';
import { record } from '../support/record.ts';
import { inBrief, letterPool } from '../support/virtual.ts';
import { note, valuesOf, virtually } from '../support/virtually.ts';
import { product, unevenPool, ten, sorted } from '../support/product.ts';

describe('the contract: re-entrancy and time', () => {
  it('48. downstream pushing into the source loses nothing, reorders nothing, starts nothing twice', () => {
    for (const options of product)
      for (const local of [false, true])
        virtually((scheduler, { flush }) => {
          const pool = local ? new LocalPool({ workers: options.workers }) : letterPool(options.workers);
          const source$ = new Subject<number>();
          const pushed: number[] = [];
          const started: number[] = [];
          const push = (n: number): void => {
            pushed.push(n);
            source$.next(n);
          };
          const task = (n: number): number => {
            started.push(n);
            return n;
          };
          const config = local ? { ...options, pause: 0, pool } : { ...options, pool };
          let seen = 0;
          const notes = note(
            source$.pipe(
              parallelMap(task, config),
              tap(([, result]) => {
                const n = Number(result);
                seen += 1;
                if (n < 40) [2 * n + 1, 2 * n + 2].forEach(push);
                if (seen === 81) source$.complete();
              }),
            ),
            scheduler,
          );

          push(0);
          flush();
          expect(started).to.have.length(81);
          expect(new Set(started).size).to.equal(81);
          const emitted = options.ordered ? valuesOf(notes) : sorted(valuesOf(notes));
          expect(emitted).to.deep.equal([...pushed.entries()]);
          expect(notes.at(-1)?.kind).to.equal('complete');
        });

    // Nested runs take stack, as all nested subscriptions do; a scheduler unrolls them.
    for (const [length, concurrency, scheduler] of [
      [20, Infinity, undefined],
      [1000, 1, queueScheduler],
    ] as const) {
      const next$ = (n: number): Observable<number> =>
        of(n + 1).pipe(
          parallelMap((x) => x, { pool: 'local' }),
          map(([, x]) => x),
        );
      const grown$ = of(1).pipe(expand((n) => (n < length ? next$(n) : EMPTY), concurrency, scheduler));
      expect(record(grown$).values).to.deep.equal(Array.from({ length }, (_, n) => n + 1));
    }
  });

  it('49. a million synchronously finishing tasks: no stack overflow, linear time', async () => {
    const cpuMs = async (length: number): Promise<number> => {
      const before = process.cpuUsage();
      const results = await parallel((n: number) => n, range(0, length), { pool: 'local' });
      expect(results).to.have.length(length);
      expect(results.every((n, index) => n === index)).to.equal(true);
      return process.cpuUsage(before).user / 1000;
    };
    // Ten times as many take ten times as long, not a hundred.
    const few = await cpuMs(1e5);
    expect(await cpuMs(1e6)).to.be.below(40 * few);
  }).timeout(60_000);

  it('50. a downstream next that throws is reported asynchronously; pool and other subscribers are unharmed', async () => {
    const pool = new LocalPool();
    const result$ = of(1, 2).pipe(parallelMap((n) => n, { pool }));
    const reported: unknown[] = [];
    rxjs.onUnhandledError = (error: unknown) => reported.push(error);
    try {
      result$.subscribe({
        next: () => {
          throw new Error('downstream');
        },
        error: () => undefined,
      });
      expect(reported).to.deep.equal([]);
      expect(record(result$)).to.deep.include({
        values: [
          [0, 1],
          [1, 2],
        ],
        completions: 1,
      });
      await firstValueFrom(timer(0));
      expect(reported.map(inBrief)).to.deep.equal(['Error: downstream', 'Error: downstream']);
    } finally {
      rxjs.onUnhandledError = null;
    }
  });

  it('51. every delay goes through the scheduler, and flush() ends', () => {
    for (const options of product) {
      const scheduler = new VirtualTimeScheduler();
      const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
      const before = timers();
      const all = { ...options, scheduler, pool: unevenPool(4), timeout: 3, progress: () => undefined };
      const run = record(from(ten).pipe(parallelMap((n) => n, all)));

      expect(timers()).to.equal(before);
      scheduler.flush();
      expect(run.completions + run.errors.length).to.equal(1);
      expect(scheduler.actions).to.deep.equal([]);
      expect(timers()).to.equal(before);
    }
  });

  it('52. this thread emits synchronously, and virtual time never does', () => {
    const task = (n: number): number => n;
    expect(record(of(1, 2).pipe(parallelMap(task, { pool: new LocalPool() }))).completions).to.equal(1);
    virtually((_scheduler, { flush }) => {
      const run = record(of(1, 2).pipe(parallelMap(task, { pool: new VirtualPool({ workers: 1, duration: 0 }) })));

      expect(run).to.deep.include({ values: [], completions: 0 });
      flush();
      expect(run).to.deep.include({ completions: 1 });
    });
  });
});
