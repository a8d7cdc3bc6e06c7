import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { EMPTY, filter, lastValueFrom, NEVER, observable, of, Subject, take, tap, toArray } from 'rxjs';
import type { Items } from '../../src/flow/source/Items.ts';
import type { Progress } from '../../src/flow/progress/Progress.ts';
import { parallel$ } from '../../src/operators/parallelObservable.ts';
import { VirtualPool } from '../../src/testing/VirtualPool.ts';
import { marbles } from '../support/marbles.ts';
import { Naturals } from '../support/Naturals.ts';
import { record } from '../support/record.ts';
import { errorsInBrief, letterPool, PAIRS, upper, upperBut } from '../support/virtual.ts';
import { wrongOptions } from '../support/wrongOptions.ts';

/** Lets all go on that can: nothing here takes more than one turn at a time. */
const settled = async (): Promise<void> => {
  for (let turns = 0; turns < 5; turns += 1) await turn();
};

describe('parallel$', () => {
  it(
    'emits as tasks end, not in the order of the items',
    marbles(({ expectObservable, expectSubscriptions }) => {
      const pool = letterPool(2, { a: 4 });
      const expected = '-BC-(A|)';
      const runs = ['   ^---!', '^!', '-^!'];

      expectObservable(parallel$(upper, ['a', 'b', 'c'], { pool })).toBe(expected, PAIRS);
      expectSubscriptions(pool.runs).toBe(runs);
    }),
  );

  it(
    'completes with no items, in the same frame',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const pool = letterPool(2);
      const nothing = function* (): Generator<string> {
        // Ends at once.
      };

      for (const items of [[], new Set<string>(), nothing(), EMPTY])
        expectObservable(parallel$(upper, items, { pool })).toBe('|');
      expectObservable(parallel$(upper, cold('---|'), { pool })).toBe('---|');
      expectSubscriptions(pool.runs).toBe([]);
    }),
  );

  it(
    'never ends with items that never end, nor with a task that never ends',
    marbles(({ cold, expectObservable }) => {
      const pool = letterPool(2, { a: 2_147_483_647 });

      expectObservable(parallel$(upper, NEVER, { pool: letterPool(1) })).toBe('-');
      expectObservable(parallel$(upper, cold('-b-'), { pool: letterPool(1) })).toBe('--b', { b: [0, 'B'] });
      expectObservable(parallel$(upper, ['a', 'b'], { pool }), '^-----!').toBe('-B', PAIRS);
    }),
  );

  it(
    "hands on an Observable's error in the same frame, unwrapped, and cancels the tasks",
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const pool = letterPool(2, { a: 9 });

      expectObservable(parallel$(upper, cold('ab-#', undefined, 'broken'), { pool })).toBe('--B#', PAIRS, 'broken');
      expectSubscriptions(pool.runs).toBe(['^--!', '-^!']);
    }),
  );

  it(
    "hands on an iterable's error when it is come upon, unwrapped, and does not leave what has ended itself",
    marbles(({ expectObservable, flush }) => {
      let left = 0;
      const items: Iterable<string> = {
        [Symbol.iterator]: () => ({
          next: (): never => {
            throw new RangeError('broken');
          },
          return: () => {
            left += 1;
            return { done: true, value: undefined };
          },
        }),
      };

      expectObservable(parallel$(upper, items, { pool: letterPool(2) }), '^-!').toBe(
        '#',
        undefined,
        new RangeError('broken'),
      );
      flush();
      expect(left).to.equal(0);
    }),
  );

  it("hands on an async iterable's error, unwrapped", async () => {
    const broken: unknown = 'broken';
    const items = async function* (): AsyncGenerator<string> {
      yield 'a';
      await turn();
      throw broken;
    };
    const results$ = parallel$(upper, items(), { pool: 'local' });
    const log: unknown[] = [];
    await new Promise<void>((resolve) => {
      results$.subscribe({
        next: (pair) => log.push(pair),
        error: (error: unknown) => {
          log.push(error);
          resolve();
        },
      });
    });

    expect(log).to.deep.equal([[0, 'A'], 'broken']);
  });

  it(
    'fails with the first error of a task in time, and cancels the others',
    marbles(({ expectObservable, expectSubscriptions }) => {
      const pool = letterPool(2, { a: 9 });
      const results$ = parallel$(upperBut('c'), ['a', 'b', 'c', 'd'], { pool });

      expectObservable(results$.pipe(errorsInBrief())).toBe('-B#', PAIRS, 'TaskError at 2: RangeError: c is bad');
      expectSubscriptions(pool.runs).toBe(['^-!', '^!', '-^!']);
    }),
  );

  it(
    'with ordered fails with the first error by index: lower ones still come out',
    marbles(({ expectObservable }) => {
      const results$ = parallel$(upperBut('c'), ['a', 'b', 'c', 'd'], { pool: letterPool(2, { a: 9 }), ordered: true });

      expectObservable(results$.pipe(errorsInBrief())).toBe(
        '---------(AB#)',
        PAIRS,
        'TaskError at 2: RangeError: c is bad',
      );
    }),
  );

  it(
    'leaves an Observable and cancels the tasks on unsubscribe',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const pool = letterPool(2, { a: 2, b: 9 });
      const items$ = hot('-abc-----d-|');
      const unsub = '     ^----!';
      const expected = '  ---AC-';
      const runs = ['     -^-!', '--^--!', '---^!'];

      expectObservable(parallel$(upper, items$, { pool }), unsub).toBe(expected, PAIRS);
      expectSubscriptions(items$.subscriptions).toBe(unsub);
      expectSubscriptions(pool.runs).toBe(runs);
    }),
  );

  it(
    'leaves an iterable and cancels the tasks on unsubscribe',
    marbles(({ expectObservable, expectSubscriptions, flush }) => {
      const pool = new VirtualPool({ workers: 2, duration: (n: number) => (n === 1 ? 9 : 2) });
      const items = new Naturals();

      expectObservable(
        parallel$((n: number) => n, items, { pool }),
        '^---!',
      ).toBe('--a-', { a: [0, 0] });
      flush();
      expect(items).to.deep.include({ reads: 3, ends: 1 });
      expectSubscriptions(pool.runs).toBe(['^-!', '^---!', '--^-!']);
    }),
  );

  it('refuses what is no task, at the call', () => {
    expect(() => parallel$(5 as never, [])).to.throw(
      TypeError,
      'task must be a function or come from tasks(...), not 5',
    );
  });

  it('refuses a function without source text at the call, where it would have to be sent', () => {
    expect(() => parallel$(Math.sqrt, [])).to.throw(TypeError, 'a native or bound function has no source text');
    expect(() => parallel$(Math.sqrt, [], { pool: 'local' })).not.to.throw();
  });

  it('refuses what gives no items, at the call', () => {
    const message = 'items must be iterable, async iterable or an Observable, not ';

    expect(() => parallel$(upper, 5 as never)).to.throw(TypeError, `${message}5`);
    expect(() => parallel$(upper, undefined as never)).to.throw(TypeError, `${message}undefined`);
    expect(() => parallel$(upper, null as never)).to.throw(TypeError, `${message}null`);
    expect(() => parallel$(upper, {} as never)).to.throw(TypeError, `${message}an object of Object`);
  });

  for (const [options, ErrorClass, message] of wrongOptions)
    it(`refuses options at the call: ${message}`, () => {
      expect(() => parallel$(upper, [], options as never)).to.throw(ErrorClass, message);
    });

  it('touches the items on subscription only, and anew on each', () => {
    const items = new Naturals();
    const results$ = parallel$((n: number) => n, items, { pool: 'local' }).pipe(take(2));

    expect(items.reads).to.equal(0);
    for (const subscription of [1, 2]) {
      expect(record(results$).values).to.deep.equal([
        [0, 0],
        [1, 1],
      ]);
      expect(items.ends).to.equal(subscription);
    }
  });

  it('passes args after the item', () => {
    const join = (letter: string, more: string): string => letter + more;

    expect(record(parallel$(join, ['a'], { pool: 'local', args: ['x'] })).values).to.deep.equal([[0, 'ax']]);
  });

  describe('items', () => {
    const webStream = (): ReadableStream<string> =>
      new ReadableStream({
        start: (controller) => {
          controller.enqueue('a');
          controller.enqueue('b');
          controller.close();
        },
      });
    const later = async function* (): AsyncGenerator<string> {
      yield 'a';
      await turn();
      yield 'b';
    };

    const kinds: Record<string, () => Items<string>> = {
      'an array': () => ['a', 'b'],
      'a set': () => new Set(['a', 'b']),
      'an iterator': () => ['a', 'b'].values(),
      'a string': () => 'ab',
      'an async generator': later,
      'an Observable': () => of('a', 'b'),
      'an Observable of another library': () => ({ [observable]: () => of('a', 'b') }) as never,
      'a Node stream': () => Readable.from(['a', 'b']),
      'a web stream': webStream,
    };

    for (const [kind, make] of Object.entries(kinds))
      it(`may be ${kind}`, async () => {
        const results$ = parallel$(upper, make(), { pool: 'local', workers: 2, ordered: true });

        expect(await lastValueFrom(results$.pipe(toArray()))).to.deep.equal([PAIRS.A, PAIRS.B]);
      });

    it('that a stream still has are left with it, which is destroyed, on unsubscribe', async () => {
      const stream = Readable.from(new Naturals());
      const results$ = parallel$((n: number) => n, stream, { pool: 'local' }).pipe(take(2), toArray());

      expect(await lastValueFrom(results$)).to.deep.equal([
        [0, 0],
        [1, 1],
      ]);
      while (!stream.destroyed) await turn();
    });

    it('are seen by the task as they are, falsy ones and undefined too', () => {
      const items = [undefined, null, 0, '', false, NaN];
      const { values } = record(parallel$((item: unknown) => item, items, { pool: 'local' }));

      expect(values).to.deep.equal([...items.entries()]);
    });

    for (const ordered of [false, true])
      it(`that are endless are pulled only as far as needed, with ordered: ${String(ordered)}`, () => {
        const items = new Naturals();
        const even$ = parallel$((n: number) => n % 2 === 0, items, { pool: 'local', ordered }).pipe(
          filter(([, even]) => even),
          take(3),
        );

        expect(record(even$)).to.deep.include({
          values: [
            [0, true],
            [2, true],
            [4, true],
          ],
          completions: 1,
        });
        expect(items).to.deep.include({ reads: 5, ends: 1 });
      });

    it('are pulled when a worker is free, and not before', () => {
      const items = new Naturals();
      const tasks: (() => void)[] = [];
      const results$ = parallel$(() => new Promise<void>((resolve) => tasks.push(resolve)), items, {
        pool: 'local',
        workers: 3,
      });
      const { subscription } = record(results$);

      expect(items.reads).to.equal(3);
      subscription.unsubscribe();
      expect(items).to.deep.include({ reads: 3, ends: 1 });
    });

    it('of an async iterable are read ahead, as far as bufferSize allows', async () => {
      const items = new Naturals();
      const ends: ((n: number) => void)[] = [];
      const task = (): Promise<number> => new Promise((resolve) => ends.push(resolve));
      const { values, subscription } = record(
        parallel$(task, items.later, { pool: 'local', workers: 2, bufferSize: 3 }),
      );

      while (items.reads < 3) await turn();
      await settled();
      expect([items.reads, ends.length]).to.deep.equal([3, 2]);

      ends[0]?.(7);
      while (items.reads < 4) await turn();
      await settled();
      expect([items.reads, ends.length]).to.deep.equal([4, 3]);
      expect(values).to.deep.equal([[0, 7]]);

      subscription.unsubscribe();
      while (items.ends === 0) await turn();
      expect(items).to.deep.include({ reads: 4, ends: 1 });
    });

    it('of an iterable are pulled as far as bufferSize allows while results are held back', () => {
      const items = new Naturals();
      const ends: ((n: number) => void)[] = [];
      const task = (n: number): Promise<number> | number =>
        n === 0 ? new Promise((resolve) => ends.push(resolve)) : n;
      const { values, subscription } = record(
        parallel$(task, items, { pool: 'local', workers: 2, ordered: true, bufferSize: 5 }),
      );

      expect(items.reads).to.equal(5);
      expect(values).to.deep.equal([]);
      subscription.unsubscribe();
    });

    it(
      'of an Observable are queued, beyond bufferSize too',
      marbles(({ hot, expectObservable }) => {
        const items$ = hot('(abc)|');
        const pool = letterPool(1, { a: 7, b: 1, c: 1 });

        expectObservable(parallel$(upper, items$, { pool, bufferSize: 1 })).toBe('-------AB(C|)', PAIRS);
      }),
    );

    it('that are pushed from downstream are neither lost nor started twice', () => {
      const items$ = new Subject<number>();
      const started: number[] = [];
      const { values } = record(
        parallel$(
          (n: number) => {
            started.push(n);
            return n;
          },
          items$,
          { pool: 'local', workers: 2 },
        ).pipe(
          tap(([, n]) => {
            if (n < 2) items$.next(n + 1);
          }),
        ),
      );

      items$.next(0);
      expect(started).to.deep.equal([0, 1, 2]);
      expect(values.map(([, n]) => n)).to.deep.equal([0, 1, 2]);
    });
  });

  describe('progress', () => {
    const lastOf = (items: Iterable<string>, total?: number): Progress | undefined => {
      const calls: Progress[] = [];
      record(
        parallel$(upper, items, {
          pool: 'local',
          progress: (now) => calls.push(now),
          ...(total === undefined ? {} : { total }),
        }),
      );
      return calls.at(-1);
    };

    it('knows the total of arrays, sets and maps', () => {
      expect(lastOf(['a', 'b'])).to.include({ done: 2, failed: 0, total: 2 });
      expect(lastOf(new Set(['a', 'b', 'c']))).to.include({ done: 3, failed: 0, total: 3 });
      const calls: Progress[] = [];
      record(parallel$(String, new Map([[1, 2]]), { pool: 'local', progress: (now) => calls.push(now) }));
      expect(calls.at(-1)).to.include({ done: 1, failed: 0, total: 1 });
    });

    it('knows no other total, unless it is told', () => {
      expect(lastOf(['a', 'b'].values())).to.deep.include({ done: 2, total: undefined });
      expect(lastOf(['a', 'b'].values(), 2)).to.include({ done: 2, total: 2 });
      expect(lastOf(['a', 'b'], 3)).to.include({ done: 2, total: 3 });
    });
  });
});
