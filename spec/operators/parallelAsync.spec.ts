import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { EMPTY, of, VirtualTimeScheduler } from 'rxjs';
import type { Progress } from '../../src/flow/progress/Progress.ts';
import { parallelAsync } from '../../src/operators/parallelAsync.ts';
import { currentTask } from '../../src/tasks/currentTask.ts';
import { TaskError } from '../../src/tasks/errors/errors.ts';
import { Naturals } from '../support/Naturals.ts';
import { errorOf } from '../support/settle.ts';
import { inBrief } from '../support/virtual.ts';
import { wrongOptions } from '../support/wrongOptions.ts';

const never = (): Promise<never> => new Promise(() => undefined);
const double = async (n: number): Promise<number> => {
  await turn();
  return n * 2;
};

/** How many calls are at work at once, at most; all end when no more come. */
const mostAtOnce = async (items: number, config: { readonly workers?: number }): Promise<number> => {
  let running = 0;
  let most = 0;
  const fn = async (): Promise<void> => {
    most = Math.max(most, (running += 1));
    await turn();
    running -= 1;
  };
  await parallelAsync(fn, Array(items).keys(), config);
  return most;
};

describe('parallelAsync', () => {
  it('resolves to the results in the order of the items, whichever end first', async () => {
    const ends: string[] = [];
    const fn = async (letter: string): Promise<string> => {
      for (let turns = letter === 'a' ? 4 : 1; turns > 0; turns -= 1) await turn();
      ends.push(letter);
      return letter.toUpperCase();
    };

    expect(await parallelAsync(fn, ['a', 'b', 'c'])).to.deep.equal(['A', 'B', 'C']);
    expect(ends).to.deep.equal(['b', 'c', 'a']);
  });

  it('resolves to an empty array for no items', async () => {
    expect(await parallelAsync(double, [])).to.deep.equal([]);
    expect(await parallelAsync(double, EMPTY)).to.deep.equal([]);
  });

  it('takes iterables, async iterables and Observables', async () => {
    const later = async function* (): AsyncGenerator<number> {
      yield 1;
      await turn();
      yield 2;
    };

    for (const items of [[1, 2], new Set([1, 2]), later(), of(1, 2)])
      expect(await parallelAsync(double, items)).to.deep.equal([2, 4]);
  });

  it('has 16 at work at once', async () => {
    expect(await mostAtOnce(50, {})).to.equal(16);
    expect(await mostAtOnce(3, {})).to.equal(3);
  });

  for (const workers of [1, 4, 40])
    it(`has as many at work as workers says: ${String(workers)}`, async () => {
      expect(await mostAtOnce(50, { workers })).to.equal(workers);
    });

  it('has one at work with workers: 0', async () => {
    expect(await mostAtOnce(5, { workers: 0 })).to.equal(1);
  });

  it('takes undefined for an option that is not given', async () => {
    expect(await mostAtOnce(50, { workers: undefined } as never)).to.equal(16);
  });

  it('starts as it is called', () => {
    const seen: number[] = [];
    void parallelAsync((n: number) => void seen.push(n), [1, 2]);

    expect(seen).to.deep.equal([1, 2]);
  });

  it('takes closures, and copies nothing', async () => {
    const seen: object[] = [];
    const items = [{ a: 1 }, () => 2, new WeakMap()];
    const results = await parallelAsync((item: object) => {
      seen.push(item);
      return item;
    }, items);

    expect(seen).to.have.ordered.members(items);
    expect(results).to.have.ordered.members(items);
  });

  it('takes native, bound and synchronous functions', async () => {
    expect(await parallelAsync(Math.sqrt, [4, 9])).to.deep.equal([2, 3]);
    expect(await parallelAsync(double.bind(undefined), [1])).to.deep.equal([2]);
    expect(await parallelAsync((n: number) => n + 1, [1])).to.deep.equal([2]);
  });

  it('passes args after the item, as they are', async () => {
    const table = new Map([[1, 'one']]);
    const look = (n: number, words: Map<number, string>): string | undefined =>
      words === table ? words.get(n) : undefined;

    expect(await parallelAsync(look, [1], { args: [table] })).to.deep.equal(['one']);
  });

  it('gives the yields of a generator in the place of its item', async () => {
    const twice = async function* (n: number): AsyncGenerator<number> {
      yield n;
      await turn();
      yield -n;
    };

    expect(await parallelAsync(twice, [1, 2])).to.deep.equal([1, -1, 2, -2]);
  });

  describe('pause', () => {
    /** When each call starts; those of a promise end when the test is over. */
    const starts = async (
      config: { readonly workers?: number; readonly pause: number },
      endsAtOnce: boolean,
    ): Promise<readonly number[]> => {
      const scheduler = new VirtualTimeScheduler();
      const startedAtMs: number[] = [];
      let end: () => void = () => undefined;
      const over = new Promise<void>((resolve) => {
        end = resolve;
      });
      const fn = (): Promise<void> | undefined => {
        startedAtMs.push(scheduler.now());
        return endsAtOnce ? undefined : over;
      };
      const promise = parallelAsync(fn, Array(5).keys(), { ...config, scheduler });
      scheduler.flush();
      end();
      await promise;
      return startedAtMs;
    };

    it('is between any two starts, the first of which is at once', async () => {
      expect(await starts({ pause: 250 }, false)).to.deep.equal([0, 250, 500, 750, 1000]);
    });

    it('also holds for functions that end at once, however many may be at work', async () => {
      for (const workers of [0, 1, 2, 16])
        expect(await starts({ pause: 250, workers }, true)).to.deep.equal([0, 250, 500, 750, 1000]);
    });

    it('of 0 holds nothing up', async () => {
      expect(await starts({ pause: 0 }, false)).to.deep.equal([0, 0, 0, 0, 0]);
    });
  });

  it('rejects with the first error, and aborts the signals of the others', async () => {
    const failure = new RangeError('no');
    const aborted: number[] = [];
    const fn = async (n: number): Promise<never> => {
      currentTask()?.signal.addEventListener('abort', () => aborted.push(n));
      if (n !== 2) return await never();
      await turn();
      throw failure;
    };
    const items = new Naturals();
    const error = await errorOf(parallelAsync(fn, items, { workers: 4 }));

    expect(error).to.be.instanceOf(TaskError).and.to.deep.include({ index: 2, item: 2, cause: failure });
    expect(aborted).to.deep.equal([0, 1, 3]);
    expect(items).to.deep.include({ reads: 4, ends: 1 });
  });

  it('troubles nobody with what fails after the first', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', note);
    const fails: ((error: Error) => void)[] = [];
    const fn = (): Promise<never> => new Promise((_resolve, reject) => fails.push(reject));
    const promise = parallelAsync(fn, [1, 2, 3]);
    for (const [at, fail] of fails.entries()) fail(new Error(`fails ${String(at)}`));

    expect(inBrief(await errorOf(promise))).to.equal('TaskError at 0: Error: fails 0');
    await turn();
    process.off('unhandledRejection', note);
    expect(unhandled).to.deep.equal([]);
  });

  it("rejects with the items' error, unwrapped", async () => {
    const failure = new RangeError('broken');
    const broken = function* (): Generator<number> {
      yield 1;
      throw failure;
    };

    expect(await errorOf(parallelAsync(double, broken()))).to.equal(failure);
  });

  it('rejects with the reason of a signal, which the functions see', async () => {
    const controller = new AbortController();
    const aborted: unknown[] = [];
    const fn = (n: number): Promise<never> => {
      currentTask()?.signal.addEventListener('abort', () => aborted.push(n));
      return never();
    };
    const promise = parallelAsync(fn, [1, 2], { signal: controller.signal });
    controller.abort('enough');

    expect(await errorOf(promise)).to.equal('enough');
    expect(aborted).to.deep.equal([1, 2]);
  });

  it('returns or skips what fails, as onError says', async () => {
    const fn = async (n: number): Promise<number> => {
      await turn();
      if (n === 2) throw new RangeError('no');
      return n;
    };
    const returned = await parallelAsync(fn, [1, 2, 3], { onError: 'return' });

    expect(returned.map((result) => (typeof result === 'number' ? result : inBrief(result)))).to.deep.equal([
      1,
      'TaskError at 1: RangeError: no',
      3,
    ]);
    expect(await parallelAsync(fn, [1, 2, 3], { onError: 'skip' })).to.deep.equal([1, 3]);
  });

  it('tells progress, and knows the total of an array', async () => {
    const calls: Progress[] = [];
    await parallelAsync(double, [1, 2, 3], { progress: (now) => calls.push(now) });

    expect(calls.at(-1)).to.include({ done: 3, failed: 0, total: 3 });
  });

  describe('rejects, and does not throw', () => {
    const rejectionOf = async (call: () => Promise<unknown>): Promise<unknown> => {
      let promise: Promise<unknown> = Promise.resolve();
      expect(() => {
        promise = call();
      }).not.to.throw();
      return await errorOf(promise);
    };
    const ofPool = wrongOptions.filter(([, , message]) => !/^(?:pool must be|crashRetries)/.test(message));

    for (const [options, ErrorClass, message] of ofPool)
      it(`for options: ${message}`, async () => {
        const expected = message.replace('workers, pool, args', 'workers, args');
        const error = await rejectionOf(() => parallelAsync(double, [1], options as never));

        expect(error).to.be.instanceOf(ErrorClass);
        expect(error).to.have.property('message').that.includes(expected);
      });

    it('for crashRetries, since no worker can die', async () => {
      const error = await rejectionOf(() => parallelAsync(double, [1], { crashRetries: 1 } as never));

      expect(error).to.be.instanceOf(TypeError);
      expect(error)
        .to.have.property('message')
        .that.includes('there is no option crashRetries; the options are workers');
    });

    it('for a pool, since it has none', async () => {
      const error = await rejectionOf(() => parallelAsync(double, [1], { pool: 'process' } as never));

      expect(error).to.be.instanceOf(TypeError);
      expect(error).to.have.property('message').that.includes('there is no option pool; the options are workers, args');
    });

    it('for what is no function', async () => {
      expect(await rejectionOf(() => parallelAsync(5 as never, [1]))).to.be.instanceOf(TypeError);
    });

    it('for what gives no items', async () => {
      expect(await rejectionOf(() => parallelAsync(double, 5 as never)))
        .to.be.instanceOf(TypeError)
        .with.property('message')
        .that.includes('items must be iterable, async iterable or an Observable, not 5');
    });
  });
});
