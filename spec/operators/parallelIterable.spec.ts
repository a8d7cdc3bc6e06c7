import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { EMPTY, NEVER, of, Subject, VirtualTimeScheduler } from 'rxjs';
import type { Indexed } from '../../src/flow/Indexed.ts';
import type { Items } from '../../src/flow/source/Items.ts';
import type { Progress } from '../../src/flow/progress/Progress.ts';
import { parallelIterable } from '../../src/operators/parallelIterable.ts';
import type { Pool } from '../../src/pools/pool.ts';
import { VirtualPool } from '../../src/testing/VirtualPool.ts';
import { currentTask } from '../../src/tasks/currentTask.ts';
import { TaskError } from '../../src/tasks/errors/errors.ts';
import { Naturals } from '../support/Naturals.ts';
import { errorOf } from '../support/settle.ts';
import { inBrief, letterPool, PAIRS, upper, upperBut } from '../support/virtual.ts';
import { wrongOptions } from '../support/wrongOptions.ts';

const same = (n: number): number => n;
const never = (): Promise<never> => new Promise(() => undefined);
const END = { done: true, value: undefined };
const step = (value: unknown): unknown => ({ done: false, value });

/** All that comes, and the error at the end as a line. */
const all = async <T>(iterable: AsyncIterable<T>): Promise<readonly (T | string)[]> => {
  const seen: (T | string)[] = [];
  try {
    for await (const value of iterable) seen.push(value);
  } catch (error) {
    seen.push(inBrief(error));
  }
  return seen;
};

/** Lets all go on that can: nothing here takes more than one turn at a time. */
const settled = async (): Promise<void> => {
  for (let turns = 0; turns < 10; turns += 1) await turn();
};

describe('parallelIterable', () => {
  it('gives pairs as tasks end, not in the order of the items', async () => {
    const scheduler = new VirtualTimeScheduler();
    const pool = letterPool(2, { a: 4 });
    const pairs = all(parallelIterable(upper, ['a', 'b', 'c'], { pool, scheduler }));
    scheduler.flush();

    expect(await pairs).to.deep.equal([PAIRS.B, PAIRS.C, PAIRS.A]);
  });

  it('gives them in the order of the items with ordered', async () => {
    const scheduler = new VirtualTimeScheduler();
    const pool = letterPool(2, { a: 4 });
    const pairs = all(parallelIterable(upper, ['a', 'b', 'c'], { pool, scheduler, ordered: true }));
    scheduler.flush();

    expect(await pairs).to.deep.equal([PAIRS.A, PAIRS.B, PAIRS.C]);
  });

  it('ends with no items', async () => {
    for (const items of [[], '', EMPTY, new Set(), Readable.from([])] as Items<string>[])
      expect(await all(parallelIterable(upper, items, { pool: 'local' }))).to.deep.equal([]);
  });

  it('never ends with items that never come', async () => {
    let ended = false;
    const iterator = parallelIterable(upper, NEVER, { pool: 'local' });
    void iterator.next().then(() => (ended = true));

    await settled();
    expect(ended).to.equal(false);
    await iterator.return?.();
  });

  it('starts nothing before the first next', async () => {
    const items = new Naturals();
    const iterator = parallelIterable(same, items, { pool: 'local', bufferSize: 1 });

    await settled();
    expect(items.reads).to.equal(0);
    await iterator.return?.();
    expect(items.reads).to.equal(0);
    expect(await iterator.next()).to.deep.equal(END);
    expect(items.reads).to.equal(0);
  });

  it('is its own iterator', () => {
    const iterator = parallelIterable(same, [1], { pool: 'local' });

    expect(iterator[Symbol.asyncIterator]()).to.equal(iterator);
  });

  it('ends for good', async () => {
    const iterator = parallelIterable(same, [1], { pool: 'local' });

    expect(await iterator.next()).to.deep.equal(step([0, 1]));
    expect(await iterator.next()).to.deep.equal(END);
    expect(await iterator.next()).to.deep.equal(END);
  });

  for (const workers of [1, 3, 16])
    it(`has as many promises at work in this thread as workers says: ${String(workers)}`, async () => {
      let running = 0;
      let most = 0;
      const fn = async (n: number): Promise<number> => {
        most = Math.max(most, (running += 1));
        await turn();
        running -= 1;
        return n * 2;
      };
      const pairs = await all(parallelIterable(fn, Array(50).keys(), { pool: 'local', workers }));

      expect(most).to.equal(workers);
      expect(pairs).to.have.deep.members(Array.from({ length: 50 }, (_, n) => [n, n * 2]));
    });

  it('passes args after the item', async () => {
    const join = (letter: string, more: string): string => letter + more;

    expect(await all(parallelIterable(join, ['a'], { pool: 'local', args: ['x'] }))).to.deep.equal([[0, 'ax']]);
  });

  it('gives results of undefined and null', async () => {
    expect(await all(parallelIterable((item: unknown) => item, [undefined, null], { pool: 'local' }))).to.deep.equal([
      [0, undefined],
      [1, null],
    ]);
  });

  describe('refuses at the call', () => {
    it('what is no task', () => {
      expect(() => parallelIterable(5 as never, [])).to.throw(TypeError, 'task must be a function');
    });

    it('a function without source text, where it would have to be sent', () => {
      expect(() => parallelIterable(Math.sqrt, [])).to.throw(TypeError, 'a native or bound function');
      expect(() => parallelIterable(Math.sqrt, [], { pool: 'local' })).not.to.throw();
    });

    it('what gives no items', () => {
      for (const items of [5, undefined, null, {}])
        expect(() => parallelIterable(upper, items as never)).to.throw(
          TypeError,
          'items must be iterable, async iterable or an Observable, not ',
        );
    });

    for (const [options, ErrorClass, message] of wrongOptions)
      it(`options: ${message}`, () => {
        expect(() => parallelIterable(upper, [], options as never)).to.throw(ErrorClass, message);
      });
  });

  describe('next', () => {
    it('may be called many times at once: each call gets a pair of its own, the rest the end', async () => {
      for (const items of [['a', 'b', 'c'], of('a', 'b', 'c'), Readable.from(['a', 'b', 'c'])] as Items<string>[]) {
        const iterator = parallelIterable(upper, items, { pool: 'local' });
        const calls = [1, 2, 3, 4, 5].map(() => iterator.next());

        expect(await Promise.all(calls)).to.deep.equal([step(PAIRS.A), step(PAIRS.B), step(PAIRS.C), END, END]);
      }
    });

    it('called many times at once fails once, and ends the rest', async () => {
      const iterator = parallelIterable(upperBut('b'), ['a', 'b', 'c'], { pool: 'local' });
      const [first, ...rest] = await Promise.allSettled([1, 2, 3, 4].map(() => iterator.next()));

      expect(first).to.deep.include({ status: 'fulfilled', value: step(PAIRS.A) });
      expect(rest.map(({ status }) => status)).to.deep.equal(['rejected', 'fulfilled', 'fulfilled']);
      expect(rest[1]).to.deep.include({ value: END });
    });

    it('answers in the order of the calls', async () => {
      const ends: ((n: number) => void)[] = [];
      const task = (): Promise<number> => new Promise((resolve) => ends.push(resolve));
      const iterator = parallelIterable(task, [1, 2], { pool: 'local', workers: 2 });
      const calls = [iterator.next(), iterator.next()];

      ends[1]?.(20);
      ends[0]?.(10);
      expect(await Promise.all(calls)).to.deep.equal([step([1, 20]), step([0, 10])]);
    });
  });

  describe('a failure', () => {
    it('of a task comes after the results before it, once', async () => {
      const iterator = parallelIterable(upperBut('c'), ['a', 'b', 'c', 'd'], { pool: 'local' });

      expect(await iterator.next()).to.deep.equal(step(PAIRS.A));
      expect(await iterator.next()).to.deep.equal(step(PAIRS.B));
      expect(inBrief(await errorOf(iterator.next()))).to.equal('TaskError at 2: RangeError: c is bad');
      expect(await iterator.next()).to.deep.equal(END);
    });

    it('of the items comes after the results before it, unwrapped', async () => {
      const failure = new RangeError('broken');
      const broken = function* (): Generator<string> {
        yield* 'ab';
        throw failure;
      };
      const later = async function* (): AsyncGenerator<string> {
        yield* broken();
        await turn();
      };

      for (const items of [broken(), later()]) {
        const iterator = parallelIterable(upper, items, { pool: 'local' });

        expect(await iterator.next()).to.deep.equal(step(PAIRS.A));
        await settled();
        expect(await iterator.next()).to.deep.equal(step(PAIRS.B));
        expect(await errorOf(iterator.next())).to.equal(failure);
        expect(await iterator.next()).to.deep.equal(END);
      }
    });

    it('of a chunk comes after the results before it', async () => {
      const error = new TaskError('no', { index: 1 });
      const pool: Pool = {
        size: 1,
        run$: () => of({ from: 0, values: ['A', undefined] as never[], errors: [[1, error] as const] }),
        close: () => Promise.resolve(),
      };
      const iterator = parallelIterable(upper, ['a', 'b'], { pool, chunkSize: 2 });

      expect(await iterator.next()).to.deep.equal(step(PAIRS.A));
      expect(await errorOf(iterator.next())).to.equal(error);
      expect(await iterator.next()).to.deep.equal(END);
    });

    it('is forgotten when the consumer leaves before it comes to it', async () => {
      const iterator = parallelIterable(upperBut('b'), ['a', 'b'], { pool: 'local' });

      expect(await iterator.next()).to.deep.equal(step(PAIRS.A));
      expect(await iterator.return?.()).to.deep.equal(END);
      expect(await iterator.next()).to.deep.equal(END);
    });

    it('leaves the items, and tells the other tasks by their signal', async () => {
      const items = new Naturals();
      const aborted: number[] = [];
      const task = (n: number): Promise<never> => {
        if (n === 2) throw new RangeError('no');
        currentTask()?.signal.addEventListener('abort', () => aborted.push(n));
        return never();
      };
      const iterator = parallelIterable(task, items, { pool: 'local', workers: 3 });

      expect(inBrief(await errorOf(iterator.next()))).to.equal('TaskError at 2: RangeError: no');
      expect(aborted).to.deep.equal([0, 1]);
      expect(items).to.deep.include({ reads: 3, ends: 1 });
    });

    it("is returned in the place of its result with onError: 'return', and dropped with 'skip'", async () => {
      const returned = parallelIterable(upperBut('b'), 'abc', { pool: 'local', onError: 'return' });
      const pairs: unknown[] = [];
      for await (const [index, result] of returned)
        pairs.push([index, typeof result === 'string' ? result : inBrief(result)]);

      expect(pairs).to.deep.equal([PAIRS.A, [1, 'TaskError at 1: RangeError: b is bad'], PAIRS.C]);
      expect(await all(parallelIterable(upperBut('b'), 'abc', { pool: 'local', onError: 'skip' }))).to.deep.equal([
        PAIRS.A,
        PAIRS.C,
      ]);
    });

    it('of a signal comes after the results before it, unwrapped', async () => {
      const controller = new AbortController();
      const iterator = parallelIterable(same, new Naturals(), {
        pool: 'local',
        bufferSize: 2,
        signal: controller.signal,
      });

      expect(await iterator.next()).to.deep.equal(step([0, 0]));
      controller.abort('enough');
      expect(await iterator.next()).to.deep.equal(step([1, 1]));
      expect(await iterator.next()).to.deep.equal(step([2, 2]));
      expect(await errorOf(iterator.next())).to.equal('enough');
    });
  });

  describe('return', () => {
    it('ends at once while next is pending, leaves the items, and tells the tasks', async () => {
      const items = new Naturals();
      const aborted: number[] = [];
      const task = (n: number): Promise<never> => {
        currentTask()?.signal.addEventListener('abort', () => aborted.push(n));
        return never();
      };
      const iterator = parallelIterable(task, items, { pool: 'local', workers: 2 });
      const pending = [iterator.next(), iterator.next()];

      expect(await iterator.return?.()).to.deep.equal(END);
      expect(aborted).to.deep.equal([0, 1]);
      expect(items).to.deep.include({ reads: 2, ends: 1 });
      expect(await Promise.all(pending)).to.deep.equal([END, END]);
      expect(await iterator.next()).to.deep.equal(END);
    });

    it('ends at once while items are awaited, and unsubscribes from an Observable', async () => {
      const items$ = new Subject<string>();
      const iterator = parallelIterable(upper, items$, { pool: 'local' });
      const pending = iterator.next();

      expect(items$.observed).to.equal(true);
      await iterator.return?.();
      expect(items$.observed).to.equal(false);
      expect(await pending).to.deep.equal(END);
    });

    it('drops the results that were not taken', async () => {
      const items = new Naturals();
      const iterator = parallelIterable(same, items, { pool: 'local', bufferSize: 3 });

      await iterator.next();
      await iterator.return?.();
      expect(await iterator.next()).to.deep.equal(END);
      expect(items).to.deep.include({ reads: 4, ends: 1 });
    });

    it('is what break in for await calls', async () => {
      const items = new Naturals();
      const seen: Indexed<number>[] = [];
      for await (const pair of parallelIterable(same, items, { pool: 'local', bufferSize: 1 })) {
        seen.push(pair);
        if (seen.length === 2) break;
      }

      expect(seen).to.deep.equal([
        [0, 0],
        [1, 1],
      ]);
      expect(items).to.deep.include({ reads: 3, ends: 1 });
    });

    it("runs the finally of a generator task, and of an async iterable's", async () => {
      let ended = 0;
      const endless = function* (n: number): Generator<number> {
        try {
          for (;;) yield n;
        } finally {
          ended += 1;
        }
      };
      const items = new Naturals();
      for await (const pair of parallelIterable(endless, items.later, { pool: 'local', bufferSize: 1 })) {
        expect(pair).to.deep.equal([0, 0]);
        break;
      }

      await settled();
      expect(ended).to.equal(1);
      expect(items).to.deep.include({ reads: 1, ends: 1 });
    });

    it('may be called again and again', async () => {
      const items = new Naturals();
      const iterator = parallelIterable(same, items, { pool: 'local', bufferSize: 1 });
      await iterator.next();

      expect(await iterator.return?.()).to.deep.equal(END);
      expect(await iterator.return?.()).to.deep.equal(END);
      expect(items.ends).to.equal(1);
    });

    it('is what the end of a block calls, where it is declared with using', async () => {
      const items = new Naturals();
      const iterator = parallelIterable(same, items, { pool: 'local', bufferSize: 1 });
      await iterator.next();

      await (iterator as unknown as AsyncDisposable)[Symbol.asyncDispose]();
      expect(items.ends).to.equal(1);
      expect(await iterator.next()).to.deep.equal(END);
    });
  });

  it('rejects with what is thrown into it, and ends', async () => {
    const items = new Naturals();
    const iterator = parallelIterable(same, items, { pool: 'local', bufferSize: 1 });
    await iterator.next();

    expect(await errorOf(iterator.throw?.('enough') ?? never())).to.equal('enough');
    expect(items.ends).to.equal(1);
    expect(await iterator.next()).to.deep.equal(END);
  });

  describe('waits for its consumer', () => {
    for (const ordered of [false, true])
      for (const bufferSize of [1, 3, 10])
        it(`and reads no more than bufferSize ahead: ${String(bufferSize)}, ordered: ${String(ordered)}`, async () => {
          const items = new Naturals();
          const iterator = parallelIterable(same, items, { pool: 'local', workers: 2, bufferSize, ordered });

          for (const taken of [1, 2, 3, 4]) {
            expect(await iterator.next()).to.deep.equal(step([taken - 1, taken - 1]));
            await settled();
            expect(items.reads).to.equal(taken + bufferSize);
          }
          await iterator.return?.();
          expect(items).to.deep.include({ reads: 4 + bufferSize, ends: 1 });
        });

    it('in virtual time too, where nothing can go on any more', async () => {
      const scheduler = new VirtualTimeScheduler();
      const items = new Naturals();
      const pool = new VirtualPool({ workers: 2, duration: 3 });
      const iterator = parallelIterable(same, items, { pool, scheduler, bufferSize: 4 });

      for (const taken of [1, 2, 3]) {
        const pair = iterator.next();
        scheduler.flush();
        expect(await pair).to.deep.equal(step([taken - 1, taken - 1]));
        scheduler.flush();
        expect(items.reads).to.equal(taken + 4);
      }
    });

    it('and reads no more of an async iterable than bufferSize ahead', async () => {
      const items = new Naturals();
      const iterator = parallelIterable(same, items.later, { pool: 'local', bufferSize: 3 });

      for (const taken of [1, 2, 3]) {
        expect(await iterator.next()).to.deep.equal(step([taken - 1, taken - 1]));
        await settled();
        expect(items.reads).to.equal(taken + 3);
      }
      await iterator.return?.();
    });

    it('and is bounded where no bufferSize is given', async () => {
      const items = new Naturals();
      const iterator = parallelIterable(same, items, { pool: 'local', workers: 2 });
      await iterator.next();

      await settled();
      const { reads } = items;
      expect(reads).to.be.lessThan(1000);
      await settled();
      expect(items.reads).to.equal(reads);
      await iterator.return?.();
    });

    it('and asks a generator for one yield more than was taken', async () => {
      let yields = 0;
      const endless = function* (): Generator<number> {
        for (;;) {
          yields += 1;
          yield yields;
        }
      };
      const iterator = parallelIterable(endless, [0], { pool: 'local' });

      for (const taken of [1, 2, 3]) {
        expect(await iterator.next()).to.deep.equal(step([0, taken]));
        await settled();
        expect(yields).to.equal(taken + 1);
      }
      await iterator.return?.();
    });

    it('and counts a result as gone out when it is taken', async () => {
      const items = new Naturals();
      const calls: Progress[] = [];
      const iterator = parallelIterable(same, items, {
        pool: 'local',
        bufferSize: 1,
        progress: (now) => calls.push(now),
      });

      await Promise.all([iterator.next(), iterator.next(), iterator.next()]);
      expect(items.reads).to.equal(4);
      await iterator.return?.();
    });
  });

  it('knows the total of an array, for progress', async () => {
    const totals: unknown[] = [];
    const progress = ({ total }: Progress): number => totals.push(total);
    await all(parallelIterable(same, [1, 2, 3], { pool: 'local', progress }));

    expect(new Set(totals)).to.deep.equal(new Set([3]));
  });

  describe("inside Node's pipeline", () => {
    it('stands between a stream and a sink', async () => {
      const written: unknown[] = [];
      const sink = new Writable({
        objectMode: true,
        write: (row, _encoding, done) => {
          written.push(row);
          setImmediate(done);
        },
      });

      await pipeline(
        Readable.from(Array.from('abcdefghij')),
        async function* (letters: AsyncIterable<string>) {
          for await (const [, letter] of parallelIterable(upper, letters, {
            pool: 'local',
            workers: 3,
            ordered: true,
          }))
            yield letter;
        },
        sink,
      );
      expect(written).to.deep.equal(Array.from('ABCDEFGHIJ'));
    });

    it('reads nothing while the sink is slow, beyond what each part may hold', async () => {
      const items = new Naturals();
      const written: unknown[] = [];
      let goOn = (): void => undefined;
      const sink = new Writable({
        objectMode: true,
        highWaterMark: 1,
        write: (row, _encoding, done) => {
          written.push(row);
          goOn = done;
        },
      });
      const controller = new AbortController();
      const done = pipeline(
        items.later,
        async function* (numbers: AsyncIterable<number>) {
          for await (const [, n] of parallelIterable(same, numbers, { pool: 'local', bufferSize: 2, ordered: true }))
            yield n;
        },
        sink,
        { signal: controller.signal },
      );

      while (written.length === 0) await turn();
      await settled();
      const { reads } = items;
      // One in the sink, at most one on its way there, and two in parallelIterable.
      expect(reads).to.be.within(3, 4);
      await settled();
      expect(items.reads).to.equal(reads);

      for (const more of [1, 2, 3]) {
        goOn();
        await settled();
        expect([items.reads, written.length]).to.deep.equal([reads + more, 1 + more]);
      }
      controller.abort();
      expect(await errorOf(done)).to.have.property('name', 'AbortError');
      await settled();
      expect(items.ends).to.equal(1);
    });

    it('fails it with the error of a task, and leaves the stream', async () => {
      const source = Readable.from(['a', 'b', 'c']);
      const sink = new Writable({
        objectMode: true,
        write: (_row, _encoding, done) => {
          done();
        },
      });
      const done = pipeline(
        source,
        async function* (letters: AsyncIterable<string>) {
          for await (const [, letter] of parallelIterable(upperBut('b'), letters, { pool: 'local' })) yield letter;
        },
        sink,
      );

      expect(inBrief(await errorOf(done))).to.equal('TaskError at 1: RangeError: b is bad');
      expect([source.destroyed, sink.destroyed]).to.deep.equal([true, true]);
    });
  });
});
