import { expect } from 'chai';
import { Observable, of, Subject } from 'rxjs';
import { flow$ } from '../../src/flow/flow.ts';
import { resolveConfig } from '../../src/operators/config/resolveConfig.ts';
import { parallel$ } from '../../src/operators/parallelObservable.ts';
import type { Job, Pool, Settlements } from '../../src/pools/pool.ts';
import { TaskError } from '../../src/tasks/errors/errors.ts';
import { record } from '../support/record.ts';

const ITEMS = 100_000;

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

/** A pool of two workers, of which the first jobs end when they are told to, and all others at once. */
class StartingPool implements Pool {
  readonly size = 2;
  readonly crashes = false;
  /** Each ends the next of the first jobs. */
  readonly ends: (() => void)[] = [];
  most = 0;
  private running = 0;
  private readonly slow: number;

  constructor(slow: number) {
    this.slow = slow;
  }

  run$<In, Out>({ first, items }: Job<In>): Observable<Settlements<Out>> {
    return new Observable<Settlements<Out>>((subscriber) => {
      this.running += 1;
      this.most = Math.max(this.most, this.running);
      subscriber.add(() => (this.running -= 1));
      const end = (): void => {
        subscriber.next({ from: 0, values: items as never });
        subscriber.complete();
      };
      if (first < this.slow) this.ends.push(end);
      else end();
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

describe('the runs of a flow', () => {
  for (const ordered of [false, true])
    it(`grow no stack, though they end at once behind some that did not: ${ordered ? 'in order' : 'as they come'}`, () => {
      const pool = new StartingPool(2);
      const run = record(parallel$((n: number) => n, upTo(ITEMS), { pool, ordered, bufferSize: 4 }));
      expect(run.values).to.have.length(0);
      for (const end of pool.ends) end();

      expect(run.errors).to.deep.equal([]);
      expect(run.values).to.have.length(ITEMS);
      expect(run.completions).to.equal(1);
      expect(pool.most).to.equal(2);
    });

  it('never wait behind others for an item that needs no worker', () => {
    const again$ = new Subject<never>();
    const failing = new TaskError('bad', { index: 0 });
    const pool: Pool = {
      size: 1,
      crashes: false,
      run$: ({ first }) =>
        new Observable((subscriber) => {
          // The second keeps the worker.
          if (first > 0) return;
          subscriber.next({ from: 0, values: [undefined as never], errors: [[0, failing]] });
          subscriber.complete();
        }),
      close: () => Promise.resolve(),
    };
    const retry = { count: 1, delay: () => again$ };
    const { values, subscription } = record(parallel$((n: number) => n, upTo(2), { pool, retry, onError: 'return' }));
    expect(values).to.have.length(0);
    again$.complete();
    expect(values).to.deep.equal([[0, failing]]);
    subscription.unsubscribe();
  });

  it('never wait behind others for an item whose key fails', () => {
    const keys$ = new Subject<number>();
    const pool: Pool = { size: 2, crashes: false, run$: () => new Observable(), close: () => Promise.resolve() };
    const partitionBy = (n: number): number => {
      if (n === 1) throw new Error('no key');
      return n;
    };
    const { values, subscription } = record(
      parallel$((n: number) => n, keys$, { pool, partitionBy, onError: 'return' }),
    );
    for (const n of [0, 1]) keys$.next(n);
    expect(values.map(([index, error]) => [index, (error as Error).message])).to.deep.equal([
      [1, 'partitionBy failed on item 1: no key'],
    ]);
    subscription.unsubscribe();
  });

  for (const ordered of [false, true])
    it(`deliver nothing for a message that only says how long a job took: ${ordered ? 'in order' : 'as they come'}`, () => {
      const wrong = new TaskError('wrong', { index: 2 });
      const pool: Pool = {
        size: 1,
        crashes: false,
        run$: ({ first }) =>
          of<Settlements<never>[]>(
            first < 2
              ? { from: 0, values: ['one' as never] }
              : { from: 0, values: [undefined as never], errors: [[0, wrong]] },
            { from: 1, values: [], tookMs: 1 },
          ),
        close: () => Promise.resolve(),
      };
      const deliveries = (onError: 'throw' | 'skip'): unknown[] => {
        const { run$ } = resolveConfig((n: number) => n, { pool, ordered, onError });
        const { values } = record(run$((plan) => flow$<number, unknown>(upTo(3), plan as never)));
        return values.map(({ values: results, count, failure }) => [results, count, failure]);
      };
      expect(deliveries('throw')).to.deep.equal([
        [['one'], 1, undefined],
        [['one'], 1, undefined],
        [[], 1, wrong],
      ]);
      expect(deliveries('skip')).to.deep.equal([
        [['one'], 1, undefined],
        [['one'], 1, undefined],
        [[], 1, undefined],
      ]);
    });
});
