/**
 * The rules that every operator and pool keeps, by their numbers, on the pools of this thread and of virtual time. Rule 7
 * is in types/operators.spec-d.ts, 40, 43 and 44 are of options that do not exist yet, and what needs real workers is in
 * pools/workerPools.spec.ts.
 */
import { getEventListeners } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import v8 from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import {
  catchError,
  concatMap,
  config,
  defer,
  delay,
  EMPTY,
  expand,
  finalize,
  from,
  lastValueFrom,
  map,
  mergeWith,
  NEVER,
  observable,
  Observable,
  of,
  range,
  repeat,
  retry,
  share,
  Subject,
  switchMap,
  take,
  takeUntil,
  tap,
  timer,
  toArray,
} from 'rxjs';
import { TestScheduler, type RunHelpers } from 'rxjs/testing';
import type { Indexed } from '../src/flow/Indexed.ts';
import type { ParallelConfig } from '../src/operators/ParallelConfig.ts';
import { parallel } from '../src/operators/parallel.ts';
import { parallelAsync } from '../src/operators/parallelAsync.ts';
import { parallelIterable } from '../src/operators/parallelIterable.ts';
import { parallelMap } from '../src/operators/parallelMap.ts';
import { parallel$ } from '../src/operators/parallelObservable.ts';
import { LocalPool } from '../src/pools/LocalPool.ts';
import type { Pool, Settlements } from '../src/pools/pool.ts';
import { VirtualPool } from '../src/pools/VirtualPool.ts';
import { currentTask } from '../src/tasks/currentTask.ts';
import { ParallelError, TaskCloneError, TaskError, TaskLoadError } from '../src/tasks/errors.ts';
import { tasks } from '../src/tasks/tasks.ts';
import { marbles } from './support/marbles.ts';
import { record } from './support/record.ts';
import { combinations, errorsInBrief, inBrief, letterPool, PAIRS, upper, upperBut } from './support/virtual.ts';
import { wrongOptions } from './support/wrongOptions.ts';

const onErrors = ['throw', 'return', 'skip'] as const;
const orders = [false, true] as const;

const product = combinations({
  ordered: orders,
  workers: [1, 2, 4],
  chunkSize: [1, 3, 'auto'] as const,
  pause: [0, 2],
  onError: onErrors,
});

/** Something said, and when. */
interface Note<T = unknown> {
  readonly frame: number;
  readonly kind: 'next' | 'error' | 'complete';
  readonly value?: T;
}

/** Subscribes now, and notes what is said. */
function note<T>(source$: Observable<T>, scheduler: TestScheduler): Note<T>[] {
  const notes: Note<T>[] = [];
  const say =
    (kind: Note['kind']) =>
    (value?: T): void => {
      notes.push({ frame: scheduler.now(), kind, ...(value === undefined ? {} : { value }) });
    };
  source$.subscribe({ next: say('next'), error: say('error'), complete: say('complete') });
  return notes;
}

/** Runs a body in virtual time to the end. */
const virtually = (body: (helpers: RunHelpers, scheduler: TestScheduler) => void): void => {
  const scheduler = new TestScheduler((actual, expected) => {
    expect(actual).to.deep.equal(expected);
  });
  scheduler.run((helpers) => {
    body(helpers, scheduler);
  });
};

const values = <T>(notes: readonly Note<T>[]): T[] =>
  notes.filter(({ kind }) => kind === 'next').map(({ value }) => value as T);

const byIndex = ([a]: Indexed<unknown>, [b]: Indexed<unknown>): number => a - b;

/** Durations that are all over the place, but the same each time. */
const uneven = (n: number): number => (n * 7) % 5;

/** An endless source that counts what is read of it. */
function counted(): { readonly items: Iterable<number>; reads: number; ends: number } {
  const source = { reads: 0, ends: 0, items: [] as Iterable<number> };
  source.items = (function* () {
    try {
      for (;;) yield source.reads++;
    } finally {
      source.ends += 1;
    }
  })();
  return source;
}

/** A pool whose runs a test answers itself, whatever has become of them. */
class HandPool implements Pool {
  readonly size: number;
  readonly answers: ((settlements: Settlements<never>) => void)[] = [];
  readonly log: string[] = [];

  constructor(size: number) {
    this.size = size;
  }

  run$<In, Out>(): Observable<Settlements<Out>> {
    return new Observable((subscriber) => {
      const name = `job ${String(this.answers.length)}`;
      this.answers.push((settlements) => {
        subscriber.next(settlements);
      });
      return () => {
        this.log.push(name);
      };
    });
  }

  close(): Promise<void> {
    this.log.push('closed');
    return Promise.resolve();
  }
}

describe('the contract', () => {
  describe('A. shape and laziness', () => {
    it(
      '1. an operator on two sources shares no state, and indices restart at 0 in each',
      marbles(({ hot, expectObservable }) => {
        const operator = parallelMap(upper, { pool: letterPool(4) });

        expectObservable(hot('-a-b|').pipe(operator)).toBe('--A-(B|)', PAIRS);
        expectObservable(hot('--a-|').pipe(operator)).toBe('---A|', PAIRS);
      }),
    );

    it('2. nothing happens before subscribe', () => {
      let touched = 0;
      const touch = (): never => {
        touched += 1;
        throw new Error('touched');
      };
      const pool: Pool = { size: 1, run$: touch, close: touch };

      defer(touch).pipe(parallelMap(upper, { pool }));
      parallel$(upper, { [Symbol.iterator]: touch }, { pool });
      parallel$(upper, { [Symbol.asyncIterator]: touch }, { pool });
      parallelIterable(upper, { [Symbol.iterator]: touch }, { pool });
      expect(touched).to.equal(0);
    });

    it(
      '3. the source is subscribed to once per subscription, synchronously',
      marbles(({ hot, expectObservable, expectSubscriptions }) => {
        for (const options of product) {
          const source$ = hot('-ab---|');
          const result$ = source$.pipe(parallelMap(upper, { ...options, pool: letterPool(4) }));

          expectObservable(result$.pipe(take(0), mergeWith(EMPTY))).toBe('|');
          expectSubscriptions(source$.subscriptions).toBe([]);
        }
        const source$ = hot('-ab---|');
        const result$ = source$.pipe(parallelMap(upper, { pool: letterPool(4) }));
        const { subscription } = record(result$);
        expect(source$.subscriptions).to.have.length(1);
        subscription.unsubscribe();
        expectObservable(result$, '--^--!').toBe('---B', { B: [0, 'B'] });
        expectSubscriptions(source$.subscriptions).toBe(['(^!)', '--^--!']);
      }),
    );

    it(
      '4. two subscriptions of one result are independent',
      marbles(({ cold, expectObservable }) => {
        const result$ = cold('-ab|').pipe(parallelMap(upperBut('b'), { pool: letterPool(4) }), errorsInBrief());
        const error = 'TaskError at 1: RangeError: b is bad';

        expectObservable(result$).toBe('     --A#', PAIRS, error);
        expectObservable(result$, '---^').toBe('-----A#', PAIRS, error);
        expectObservable(result$, '--^-!').toBe('----A', PAIRS);
      }),
    );

    it('5. bad options throw at the call, with name, expectation and offender, and reject where a promise is returned', async () => {
      for (const [options, ErrorClass, message] of wrongOptions) {
        const given = options as never;
        expect(() => parallelMap(upper, given)).to.throw(ErrorClass, message);
        expect(() => parallel$(upper, [], given)).to.throw(ErrorClass, message);
        expect(() => parallelIterable(upper, [], given)).to.throw(ErrorClass, message);
        for (const rejected of [parallel(upper, [], given), parallelAsync(upper, [], given)]) {
          const error: unknown = await rejected.then(
            () => undefined,
            (reason: unknown) => reason,
          );
          if (rejected instanceof Promise && message.startsWith('pool')) continue;
          expect(error).to.be.instanceOf(ErrorClass);
        }
      }
    });
  });
});
