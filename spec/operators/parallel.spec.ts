import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { concat, defer, EMPTY, finalize, NEVER, observable, of, throwError, VirtualTimeScheduler } from 'rxjs';
import type { Items } from '../../src/flow/source/Items.ts';
import type { Progress } from '../../src/flow/progress/Progress.ts';
import { parallel } from '../../src/operators/parallel.ts';
import { currentTask } from '../../src/tasks/currentTask.ts';
import { TaskError, TaskTimeoutError } from '../../src/tasks/errors/errors.ts';
import { HandPool } from '../support/HandPool.ts';
import { Naturals } from '../support/Naturals.ts';
import { errorOf } from '../support/settle.ts';
import { inBrief, letterPool, upper, upperBut } from '../support/virtual.ts';
import { wrongOptions } from '../support/wrongOptions.ts';

/** Runs something in virtual time, to the end. */
const virtual = <T>(run: (scheduler: VirtualTimeScheduler) => Promise<T>): Promise<T> => {
  const scheduler = new VirtualTimeScheduler();
  const promise = run(scheduler);
  scheduler.flush();
  return promise;
};

const never = (): Promise<never> => new Promise(() => undefined);

describe('parallel', () => {
  it('resolves to the results in the order of the items, whichever end first', async () => {
    const pool = letterPool(2, { a: 4 });

    expect(await virtual((scheduler) => parallel(upper, ['a', 'b', 'c'], { pool, scheduler }))).to.deep.equal([
      'A',
      'B',
      'C',
    ]);
    expect(pool.runs).to.deep.equal([
      { subscribedFrame: 0, unsubscribedFrame: 4 },
      { subscribedFrame: 0, unsubscribedFrame: 1 },
      { subscribedFrame: 1, unsubscribedFrame: 2 },
    ]);
  });

  it('resolves to an empty array for no items', async () => {
    const nothing = async function* (): AsyncGenerator<string> {
      // Ends at once.
    };

    for (const items of [[], '', EMPTY, nothing(), Readable.from([])] as Items<string>[])
      expect(await parallel(upper, items, { pool: letterPool(1) })).to.deep.equal([]);
  });

  it('starts at once, without being waited for', async () => {
    const items = new Naturals();
    const controller = new AbortController();
    const promise = parallel(never, items, { pool: 'local', workers: 2, signal: controller.signal });

    expect(items.reads).to.equal(2);
    controller.abort('enough');
    expect(await errorOf(promise)).to.equal('enough');
    expect(items).to.deep.include({ reads: 2, ends: 1 });
  });

  it("rejects with the items' error, unwrapped", async () => {
    const failure = new RangeError('broken');
    const broken = function* (): Generator<string> {
      yield 'a';
      throw failure;
    };
    const later = async function* (): AsyncGenerator<string> {
      yield* broken();
      await turn();
    };
    const broken$ = concat(
      of('a'),
      throwError(() => failure),
    );

    for (const items of [broken(), later(), broken$])
      expect(await errorOf(parallel(upper, items, { pool: 'local' }))).to.equal(failure);
  });

  it('puts many results of a message in their place as it does few', async () => {
    const pool = new HandPool(3);
    const all = Array.from({ length: 210 }, (_, n) => n);
    const results = parallel((n: number) => n, all, { pool, workers: 3, chunkSize: 100 });
    await turn();
    const sizes = pool.jobs.map(({ items }) => items.length);
    for (const nth of [2, 0, 1]) {
      const items = pool.jobs[nth]?.items ?? [];
      pool.answers[nth]?.({ from: 0, values: items.slice(0, 5) });
      pool.answers[nth]?.({ from: 5, values: items.slice(5) });
      pool.ends[nth]?.();
    }

    expect(sizes).to.deep.equal([100, 100, 10]);
    expect(await results).to.deep.equal(all);
  });

  it('rejects with the first error of a task, and cancels the others', async () => {
    const pool = letterPool(2, { a: 9 });
    const promise = virtual((scheduler) => parallel(upperBut('c'), ['a', 'b', 'c', 'd'], { pool, scheduler }));

    expect(inBrief(await errorOf(promise))).to.equal('TaskError at 2: RangeError: c is bad');
    expect(pool.runs).to.deep.equal([
      { subscribedFrame: 0, unsubscribedFrame: 2 },
      { subscribedFrame: 0, unsubscribedFrame: 1 },
      { subscribedFrame: 1, unsubscribedFrame: 2 },
    ]);
  });

  it('tells the other tasks by their signal when one fails, and leaves the items', async () => {
    const items = new Naturals();
    const aborted: unknown[] = [];
    const task = (n: number): Promise<never> => {
      if (n === 2) throw new RangeError('no');
      currentTask()?.signal.addEventListener('abort', () => aborted.push(n));
      return never();
    };

    expect(await errorOf(parallel(task, items, { pool: 'local', workers: 3 }))).to.be.instanceOf(TaskError);
    expect(aborted).to.deep.equal([0, 1]);
    expect(items).to.deep.include({ reads: 3, ends: 1 });
  });

  it('rejects with what is no error as its cause', async () => {
    for (const thrown of [undefined, null, 0, '', false] as unknown[]) {
      const task = (): never => {
        throw thrown;
      };
      const error = await errorOf(parallel(task, [1], { pool: 'local' }));

      expect(error).to.be.instanceOf(TaskError);
      expect(error).to.have.property('cause', thrown);
    }
  });

  describe('rejects, and does not throw', () => {
    const rejectionOf = async (call: () => Promise<unknown>): Promise<unknown> => {
      let promise: Promise<unknown> = Promise.resolve();
      expect(() => {
        promise = call();
      }).not.to.throw();
      return await errorOf(promise);
    };

    for (const [options, ErrorClass, message] of wrongOptions)
      it(`for options: ${message}`, async () => {
        const error = await rejectionOf(() => parallel(upper, ['a'], options as never));

        expect(error).to.be.instanceOf(ErrorClass);
        expect(error).to.have.property('message').that.includes(message);
      });

    it('for what is no task', async () => {
      expect(await rejectionOf(() => parallel(5 as never, [1]))).to.be.instanceOf(TypeError);
    });

    it('for a function without source text, where it would have to be sent', async () => {
      expect(await rejectionOf(() => parallel(Math.sqrt, [4]))).to.be.instanceOf(TypeError);
      expect(await parallel(Math.sqrt, [4], { pool: 'local' })).to.deep.equal([2]);
      expect(await parallel(Math.sqrt, [4], { workers: 0 })).to.deep.equal([2]);
    });

    it('for what gives no items', async () => {
      for (const items of [5, undefined, null, {}])
        expect(await rejectionOf(() => parallel(upper, items as never)))
          .to.be.instanceOf(TypeError)
          .with.property('message')
          .that.includes('items must be iterable, async iterable or an Observable, not ');
    });
  });

  it('gives results of undefined and null, and arrays as they are', async () => {
    const items = [undefined, null, 0, '', [1, [2]], []];

    expect(await parallel((item: unknown) => item, items, { pool: 'local' })).to.deep.equal(items);
  });

  it('passes args after the item', async () => {
    const join = (letter: string, more: string, times: number): string => letter + more.repeat(times);

    expect(await parallel(join, ['a', 'b'], { pool: 'local', args: ['x', 2] })).to.deep.equal(['axx', 'bxx']);
  });

  it('gives the same whatever the workers, chunks, order and buffer', async () => {
    const items = Array.from({ length: 20 }, (_, n) => n);
    const uneven = async (n: number): Promise<number> => {
      for (let turns = 0; turns < (n * 7) % 5; turns += 1) await turn();
      return n * 2;
    };

    for (const workers of [0, 1, 3, 30])
      for (const chunkSize of [1, 3, 'auto'] as const)
        for (const ordered of [false, true])
          expect(
            await parallel(uneven, items, { pool: 'local', workers, chunkSize, ordered, bufferSize: 7 }),
          ).to.deep.equal(items.map((n) => n * 2));
  });

  describe('a generator', () => {
    const twice = function* (letter: string): Generator<string, string> {
      yield `${letter}1`;
      yield `${letter}2`;
      return 'ignored';
    };

    it('gives its yields in the place of its item, one after the other', async () => {
      const some = (letter: string): string | Generator<string> => (letter === 'b' ? upper(letter) : twice(letter));

      for (const chunkSize of [1, 3])
        expect(
          await virtual((scheduler) =>
            parallel(some, ['a', 'b', 'c'], { pool: letterPool(2, { a: 5 }), scheduler, chunkSize }),
          ),
        ).to.deep.equal(['a1', 'a2', 'B', 'c1', 'c2']);
    });

    it('that is async and slow does too', async () => {
      const slowly = async function* (n: number): AsyncGenerator<number> {
        for (let turns = 0; turns < 6 - n; turns += 1) await turn();
        yield n;
        for (let turns = 0; turns < n; turns += 1) await turn();
        yield -n;
      };

      expect(await parallel(slowly, [1, 2, 3], { pool: 'local', workers: 3 })).to.deep.equal([1, -1, 2, -2, 3, -3]);
    });

    it('that yields nothing leaves no trace', async () => {
      const some = function* (n: number): Generator<number> {
        if (n !== 2) yield n;
      };

      expect(await parallel(some, [1, 2, 3], { pool: 'local' })).to.deep.equal([1, 3]);
    });

    it('that yields arrays gives them as they are', async () => {
      const lists = function* (n: number): Generator<number[]> {
        yield [n];
        yield [];
      };

      expect(await parallel(lists, [1], { pool: 'local' })).to.deep.equal([[1], []]);
    });

    it('that fails rejects, or is skipped with its yields left in place', async () => {
      const failing = function* (n: number): Generator<number> {
        yield n;
        if (n === 2) throw new RangeError('no');
        yield n;
      };

      expect(inBrief(await errorOf(parallel(failing, [1, 2, 3], { pool: 'local' })))).to.equal(
        'TaskError at 1: RangeError: no',
      );
      expect(await parallel(failing, [1, 2, 3], { pool: 'local', onError: 'skip' })).to.deep.equal([1, 1, 2, 3, 3]);
    });
  });

  describe('onError', () => {
    for (const chunkSize of [1, 2, 3])
      it(`'skip' leaves no holes, with chunks of ${String(chunkSize)}`, async () => {
        const results = await virtual((scheduler) =>
          parallel(upperBut('a', 'c'), ['a', 'b', 'c', 'd'], {
            pool: letterPool(2, { b: 9 }),
            scheduler,
            chunkSize,
            onError: 'skip',
          }),
        );

        expect(results).to.deep.equal(['B', 'D']);
        expect(Object.keys(results)).to.deep.equal(['0', '1']);
      });

    it("'skip' of all items gives an empty array", async () => {
      expect(await parallel(upperBut('a', 'b'), ['a', 'b'], { pool: 'local', onError: 'skip' })).to.deep.equal([]);
    });

    it("'return' puts the errors in the places of the results", async () => {
      const results = await virtual((scheduler) =>
        parallel(upperBut('a', 'c'), ['a', 'b', 'c'], {
          pool: letterPool(2, { a: 9 }),
          scheduler,
          onError: 'return',
        }),
      );

      expect(results.map((result) => (result instanceof TaskError ? inBrief(result) : result))).to.deep.equal([
        'TaskError at 0: RangeError: a is bad',
        'B',
        'TaskError at 2: RangeError: c is bad',
      ]);
    });

    it("'throw' with ordered rejects with the first error by index", async () => {
      const promise = virtual((scheduler) =>
        parallel(upperBut('a', 'b'), ['a', 'b'], { pool: letterPool(2, { a: 9 }), scheduler, ordered: true }),
      );

      expect(inBrief(await errorOf(promise))).to.equal('TaskError at 0: RangeError: a is bad');
    });

    it('tells what ran longer than timeout', async () => {
      const promise = virtual((scheduler) =>
        parallel(upper, ['a', 'b'], { pool: letterPool(2, { b: 9 }), scheduler, timeout: 3 }),
      );

      expect(await errorOf(promise))
        .to.be.instanceOf(TaskTimeoutError)
        .with.property('index', 1);
    });
  });

  describe('items', () => {
    const later = async function* (): AsyncGenerator<string> {
      yield 'a';
      await turn();
      yield 'b';
    };
    const webStream = (): ReadableStream<string> =>
      new ReadableStream({
        start: (controller) => {
          controller.enqueue('a');
          controller.enqueue('b');
          controller.close();
        },
      });
    const kinds: Record<string, () => Items<string>> = {
      'an array': () => ['a', 'b'],
      'a set': () => new Set(['a', 'b']),
      'a generator': () => ['a', 'b'].values(),
      'an async generator': later,
      'an Observable': () => of('a', 'b'),
      'an Observable of another library': () => ({ [observable]: () => of('a', 'b') }) as never,
      'a Node stream': () => Readable.from(['a', 'b']),
      'a web stream': webStream,
    };

    for (const [kind, make] of Object.entries(kinds))
      it(`may be ${kind}`, async () => {
        expect(await parallel(upper, make(), { pool: 'local', workers: 2 })).to.deep.equal(['A', 'B']);
      });

    it('are subscribed to once, and left once', async () => {
      let subscriptions = 0;
      let ends = 0;
      const items$ = defer(() => {
        subscriptions += 1;
        return of('a', 'b');
      }).pipe(finalize(() => (ends += 1)));

      await parallel(upper, items$, { pool: 'local' });
      expect({ subscriptions, ends }).to.deep.equal({ subscriptions: 1, ends: 1 });
    });
  });

  describe('signal', () => {
    it('rejects with its reason, unwrapped', async () => {
      const controller = new AbortController();
      const reason = new Error('enough');
      const promise = parallel(never, NEVER, { pool: 'local', signal: controller.signal });
      controller.abort(reason);

      expect(await errorOf(promise)).to.equal(reason);
    });

    it('that is aborted already leaves the items alone', async () => {
      const items = new Naturals();
      const signal = AbortSignal.abort('enough');

      expect(await errorOf(parallel(String, items, { pool: 'local', signal }))).to.equal('enough');
      expect(items.reads).to.equal(0);
    });
  });

  describe('progress', () => {
    it('knows the total of an array, and counts up to it', async () => {
      const calls: Progress[] = [];
      const pool = letterPool(1, { a: 60, b: 60, c: 60, d: 60 });
      await virtual((scheduler) =>
        parallel(upper, ['a', 'b', 'c', 'd'], { pool, scheduler, progress: (now) => calls.push(now) }),
      );

      expect(calls).to.deep.equal([
        { done: 1, failed: 0, total: 4, perSecond: 1000 / 60, elapsedMs: 60, etaMs: 180 },
        { done: 3, failed: 0, total: 4, perSecond: 3000 / 180, elapsedMs: 180, etaMs: 1000 / (3000 / 180) },
        { done: 4, failed: 0, total: 4, perSecond: 4000 / 240, elapsedMs: 240, etaMs: 0 },
      ]);
    });

    for (const onError of ['skip', 'return'] as const)
      it(`counts what failed, with onError: '${onError}'`, async () => {
        const calls: Progress[] = [];
        await parallel(upperBut('a', 'b'), ['a', 'b', 'c'], { pool: 'local', onError, progress: (p) => calls.push(p) });

        expect(calls.at(-1)).to.include({ done: 3, failed: 2, total: 3 });
      });

    it('counts a generator as one item', async () => {
      const calls: Progress[] = [];
      const thrice = function* (n: number): Generator<number> {
        yield* [n, n, n];
      };
      await parallel(thrice, [1, 2], { pool: 'local', progress: (now) => calls.push(now) });

      expect(calls.at(-1)).to.include({ done: 2, total: 2 });
    });

    it('is told once of no items', async () => {
      const calls: Progress[] = [];
      await parallel(upper, [], { pool: 'local', progress: (now) => calls.push(now) });

      expect(calls.map(({ done, total }) => [done, total])).to.deep.equal([[0, 0]]);
    });

    it('that throws rejects', async () => {
      const failure = new Error('no');
      const progress = (): never => {
        throw failure;
      };

      expect(await errorOf(parallel(upper, ['a'], { pool: 'local', progress }))).to.equal(failure);
    });
  });
});
