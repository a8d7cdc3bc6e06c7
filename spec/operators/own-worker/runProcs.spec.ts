import { expect } from 'chai';
import { EMPTY, NEVER, type Observable } from 'rxjs';
import type { Indexed } from '../../../src/flow/Indexed.ts';
import type { Items } from '../../../src/flow/source/Items.ts';
import { inOwnWorker$ } from '../../../src/operators/own-worker/inOwnWorker.ts';
import { runProcs$ } from '../../../src/operators/own-worker/runProcs.ts';
import { VirtualPool } from '../../../src/testing/VirtualPool.ts';
import { marbles } from '../../support/marbles.ts';
import { Naturals } from '../../support/Naturals.ts';
import { errorsInBrief, letterPool, PAIRS, upper, upperBut } from '../../support/virtual.ts';

const double = (n: number): number => n * 2;

/** What it does with real processes is specified in pools/workers/workerPools.spec.ts. */
describe('runProcs$', () => {
  const runOn$ = (
    pool: VirtualPool,
    args: Items<string>,
    task: unknown = upper,
    workers = Infinity,
  ): Observable<Indexed<string>> => inOwnWorker$<string>(task, 'process', 'item', () => pool)(args, workers);

  it(
    'runs each item in a process of its own, as they come',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const pool = new VirtualPool({ workers: 9, duration: 3 });
      const source$ = cold('-a-b-c-|');
      const expected = '    ----A-B-(C|)';
      const runs = ['       -^--!', '---^--!', '-----^--!'];

      expectObservable(runOn$(pool, source$)).toBe(expected, PAIRS);
      expectSubscriptions(source$.subscriptions).toBe('^------!');
      expectSubscriptions(pool.runs).toBe(runs);
    }),
  );

  it(
    'keeps to its workers',
    marbles(({ expectObservable, expectSubscriptions }) => {
      const pool = letterPool(9, { a: 3, b: 5, c: 3 });

      expectObservable(runOn$(pool, ['a', 'b', 'c'], upper, 2)).toBe('---A-B(C|)', PAIRS);
      expectSubscriptions(pool.runs).toBe(['                           ^--!', '^----!', '---^--!']);
    }),
  );

  it(
    'ends with the first error, and ends the other processes',
    marbles(({ expectObservable, expectSubscriptions }) => {
      const pool = letterPool(9, { a: 5, b: 2 });

      const result$ = runOn$(pool, ['a', 'b'], upperBut('b'));
      expectObservable(result$.pipe(errorsInBrief())).toBe('--#', undefined, 'TaskError at 1: RangeError: b is bad');
      expectSubscriptions(pool.runs).toBe(['                ^-!', '^-!']);
    }),
  );

  it(
    'ends the processes on unsubscribe',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const pool = new VirtualPool({ workers: 9, duration: 3 });
      const source$ = cold('                 -a-b-c-|');
      const unsub = '                        ^----!';

      expectObservable(runOn$(pool, source$), unsub).toBe('----A', PAIRS);
      expectSubscriptions(source$.subscriptions).toBe('^----!');
      expectSubscriptions(pool.runs).toBe(['   -^--!', '---^-!']);
    }),
  );

  it(
    'completes with no items, in the same frame',
    marbles(({ cold, expectObservable }) => {
      expectObservable(runProcs$(double, [])).toBe('|');
      expectObservable(runProcs$(double, EMPTY, { workers: 2 })).toBe('|');
      expectObservable(runProcs$(double, cold<number>('---|'))).toBe('---|');
    }),
  );

  it(
    'never ends with items that never come',
    marbles(({ expectObservable }) => {
      expectObservable(runProcs$(double, NEVER)).toBe('-');
    }),
  );

  it(
    "hands on the items' error in the same frame, unwrapped",
    marbles(({ cold, expectObservable }) => {
      expectObservable(runProcs$(double, cold<number>('--#', undefined, 'broken'))).toBe('--#', undefined, 'broken');
    }),
  );

  it(
    'leaves the items on unsubscribe',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const items$ = cold<number>('------');
      const unsub = '              ^--!';

      expectObservable(runProcs$(double, items$), unsub).toBe('-');
      expectSubscriptions(items$.subscriptions).toBe(unsub);
    }),
  );

  it('touches the items on subscription only', () => {
    const items = new Naturals();
    void runProcs$(double, items, { workers: 1 });

    expect(items.reads).to.equal(0);
  });

  it('refuses what is no task, at the call', () => {
    expect(() => runProcs$(5 as never, [])).to.throw(
      TypeError,
      'task must be a function or come from tasks(...), not 5',
    );
  });

  it('refuses a function without source text at the call', () => {
    expect(() => runProcs$(Math.sqrt, [])).to.throw(TypeError, 'a native or bound function has no source text');
  });

  it('refuses what gives no items, at the call', () => {
    expect(() => runProcs$(double, 5 as never)).to.throw(
      TypeError,
      'items must be iterable, async iterable or an Observable, not 5',
    );
    expect(() => runProcs$(double, undefined as never)).to.throw(TypeError, 'items must be iterable');
  });

  for (const [config, ErrorClass, message] of [
    [{ workers: 0 }, RangeError, 'workers must be an integer from 1, not 0'],
    [{ workers: 1.5 }, RangeError, 'workers must be an integer from 1, not 1.5'],
    [{ workers: '2' }, TypeError, 'workers must be an integer from 1, not "2"'],
    [{ ordered: true }, TypeError, 'there is no option ordered; the options are workers'],
    [null, TypeError, 'the options must be an object, not null'],
  ] as const)
    it(`refuses options at the call: ${message}`, () => {
      expect(() => runProcs$(double, [], config as never)).to.throw(ErrorClass, message);
    });

  it('takes undefined for an option that is not given, and Infinity for no bound', () => {
    expect(() => runProcs$(double, [], { workers: undefined } as never)).not.to.throw();
    expect(() => runProcs$(double, [], { workers: Infinity })).not.to.throw();
  });
});
