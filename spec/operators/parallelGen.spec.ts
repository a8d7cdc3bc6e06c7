import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { TestScheduler } from 'rxjs/testing';
import { EMPTY, from, lastValueFrom, NEVER, observable, of, range, Subject, take, toArray } from 'rxjs';
import type { Indexed } from '../../src/flow/Indexed.ts';
import type { Progress } from '../../src/flow/progress/Progress.ts';
import { parallelGen } from '../../src/operators/parallelGen.ts';
import { VirtualPool } from '../../src/testing/VirtualPool.ts';
import { TaskCloneError, TaskError, WorkerCrashError } from '../../src/tasks/errors/errors.ts';
import { tasks } from '../../src/tasks/tasks.ts';
import { HandPool } from '../support/HandPool.ts';
import { marbles } from '../support/marbles.ts';
import { record } from '../support/record.ts';
import { errorOf } from '../support/settle.ts';
import { errorsInBrief, inBrief, PAIRS } from '../support/virtual.ts';
import { wrongOptions } from '../support/wrongOptions.ts';

/** The processor of most diagrams. */
function* upper(batch: readonly string[]): Generator<string> {
  for (const letter of batch) yield letter.toUpperCase();
}

/** The same, but throws on a letter. */
const upperBut = (bad: string) =>
  function* (batch: readonly string[]): Generator<string> {
    for (const letter of batch) {
      if (letter === bad) throw new RangeError(`${letter} is bad`);
      yield letter.toUpperCase();
    }
  };

class Upper {
  *process(batch: readonly string[]): Generator<string> {
    yield* upper(batch);
  }
}

class Adder {
  private readonly a: number;

  constructor(a: number) {
    this.a = a;
  }

  *process(batch: readonly number[]): Generator<number> {
    for (const k of batch) yield k + this.a;
  }
}

/** A pool where each result takes as many frames as `durations` says of the first letter of its batch, and 1 where it does not. */
const batchPool = (workers: number, durations: Readonly<Record<string, number>> = {}): VirtualPool =>
  new VirtualPool({ workers, duration: ([letter = '']: readonly string[]) => durations[letter] ?? 1 });

/** Gives each batch as the result of all its items. */
const lengths = function* (batch: readonly unknown[]): Generator<number> {
  yield* batch.map(() => batch.length);
};

/** The sizes of the batches, one per item. */
const sizes = (items: number, config: object): unknown =>
  record(range(items).pipe(parallelGen(lengths, { pool: 'local', ...config }))).values.map(([, size]) => size);

describe('parallelGen', () => {
  it(
    'holds the source until it ends, and gives each worker a batch',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const pool = batchPool(2, { a: 3, c: 2 });
      const source$ = hot('-a-b-c-d-|');
      const subs = '       ^--------!';
      const expected = '   -----------CAD-(B|)';
      const runs = ['      ---------^-----!', '---------^---!'];

      expectObservable(source$.pipe(parallelGen(upper, { pool }))).toBe(expected, PAIRS);
      expectSubscriptions(source$.subscriptions).toBe(subs);
      expectSubscriptions(pool.runs).toBe(runs);
    }),
  );

  it(
    'takes a class as it takes a generator function',
    marbles(({ hot, expectObservable }) => {
      const source$ = hot('-a-b-c-d-|');
      const expected = '   -----------CAD-(B|)';

      expectObservable(source$.pipe(parallelGen(Upper, { pool: batchPool(2, { a: 3, c: 2 }) }))).toBe(expected, PAIRS);
    }),
  );

  it(
    'completes with an empty source, in the same frame',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const pool = batchPool(2);

      for (const config of [{ pool }, { pool, batchSize: 2 }, { pool, total: 4 }, { pool, ordered: true }]) {
        expectObservable(cold('|').pipe(parallelGen(upper, config))).toBe('|');
        expectObservable(cold('---|').pipe(parallelGen(upper, config))).toBe('---|');
        expectObservable(EMPTY.pipe(parallelGen(upper, config))).toBe('|');
      }
      expectSubscriptions(pool.runs).toBe([]);
    }),
  );

  it(
    'never ends with a source that never ends, nor with a processor that never ends',
    marbles(({ hot, expectObservable }) => {
      const pool = batchPool(1, { a: 2_147_483_647 });

      expectObservable(NEVER.pipe(parallelGen(upper, { pool }))).toBe('-');
      expectObservable(hot('-ab-').pipe(parallelGen(upper, { pool: batchPool(1) }))).toBe('-');
      expectObservable(hot('-ab-').pipe(parallelGen(upper, { pool: batchPool(1), batchSize: 1 }))).toBe('--AB', PAIRS);
      expectObservable(hot('-a|').pipe(parallelGen(upper, { pool })), '^-----!').toBe('-');
    }),
  );

  it(
    "hands on the source's error in the same frame, unwrapped, and cancels the processors",
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const pool = batchPool(2, { a: 9 });
      const source$ = hot('-abc-#', undefined, 'broken');

      expectObservable(source$.pipe(parallelGen(upper, { pool }))).toBe('-----#', undefined, 'broken');
      expectSubscriptions(pool.runs).toBe([]);
      expectObservable(source$.pipe(parallelGen(upper, { pool: batchPool(2, { a: 9 }), batchSize: 1 }))).toBe(
        '---BC#',
        PAIRS,
        'broken',
      );
    }),
  );

  it(
    'leaves the source and cancels the processors on unsubscribe',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const pool = batchPool(2, { c: 9 });
      const source$ = hot('-abcd--e-|');
      const unsub = '      ^-----!';
      const expected = '   ---AB--';
      const runs = ['      --^-!', '----^-!'];

      expectObservable(source$.pipe(parallelGen(upper, { pool, batchSize: 2 })), unsub).toBe(expected, PAIRS);
      expectSubscriptions(source$.subscriptions).toBe(unsub);
      expectSubscriptions(pool.runs).toBe(runs);
    }),
  );

  it('runs the finally of the processors on unsubscribe, once', () => {
    const ended: unknown[] = [];
    const processor = function* (batch: readonly number[]): Generator<number> {
      try {
        yield* batch;
      } finally {
        ended.push(batch);
      }
    };

    const two$ = range(9).pipe(parallelGen(processor, { pool: 'local', batchSize: 3 }), take(2));
    expect(record(two$)).to.deep.include({
      values: [
        [0, 0],
        [1, 1],
      ],
      completions: 1,
    });
    expect(ended).to.deep.equal([[0, 1, 2]]);
  });

  it('takes interop sources, and whatever else from takes', () => {
    const interop = { [observable]: () => of('a', 'b') };

    for (const source of [interop, ['a', 'b'], new Set(['a', 'b'])])
      expect(record(parallelGen(upper, { pool: 'local' })(source as never)).values).to.deep.equal([PAIRS.A, PAIRS.B]);
    expect(record(parallelGen(upper, { pool: 'local' })(5 as never)).errors[0]).to.be.instanceOf(TypeError);
  });

  it('touches the source on subscription only, and counts anew in each', () => {
    const results$ = of('a', 'b').pipe(parallelGen(upper, { pool: 'local', batchSize: 1 }));

    expect(record(results$).values).to.deep.equal([PAIRS.A, PAIRS.B]);
    expect(record(results$).values).to.deep.equal([PAIRS.A, PAIRS.B]);
  });

  describe('cuts batches', () => {
    it('for as many workers as there are, when the source has ended', () => {
      expect(sizes(10, { workers: 2 })).to.deep.equal(Array(10).fill(5));
      expect(sizes(10, { workers: 3, ordered: true })).to.deep.equal([4, 4, 4, 4, 4, 4, 4, 4, 2, 2]);
      expect(sizes(2, { workers: 3 })).to.deep.equal([1, 1]);
      expect(sizes(3, { workers: 0 })).to.deep.equal([3, 3, 3]);
    });

    it('of batchSize, the last with what is left', () => {
      expect(sizes(5, { workers: 1, batchSize: 2 })).to.deep.equal([2, 2, 2, 2, 1]);
      expect(sizes(3, { workers: 2, batchSize: 9 })).to.deep.equal([3, 3, 3]);
    });

    it('of total by the workers', () => {
      expect(sizes(6, { workers: 2, total: 6, ordered: true })).to.deep.equal([3, 3, 3, 3, 3, 3]);
      expect(sizes(5, { workers: 2, total: 5, ordered: true })).to.deep.equal([3, 3, 3, 2, 2]);
      expect(sizes(2, { workers: 4, total: 2 })).to.deep.equal([1, 1]);
      expect(sizes(2, { workers: 4, total: 0 })).to.deep.equal([1, 1]);
    });

    it('of batchSize rather than of total', () => {
      expect(sizes(4, { workers: 1, total: 4, batchSize: 2 })).to.deep.equal([2, 2, 2, 2]);
    });

    it('for more items than total says too', () => {
      expect(sizes(5, { workers: 1, total: 2 })).to.deep.equal([2, 2, 2, 2, 1]);
    });

    it(
      'as items come, with batchSize or total',
      marbles(({ hot, expectObservable }) => {
        const source$ = hot('-a-b--c---d--e|');
        const expected = '   ----AB-----CD--(E|)';

        expectObservable(source$.pipe(parallelGen(upper, { pool: batchPool(1), batchSize: 2 }))).toBe(expected, PAIRS);
        expectObservable(source$.pipe(parallelGen(upper, { pool: batchPool(2), total: 4 }))).toBe(expected, PAIRS);
      }),
    );

    it('that are contiguous', () => {
      const seen: unknown[] = [];
      const note = function* (batch: readonly number[]): Generator<number> {
        seen.push(batch);
        yield* batch;
      };
      record(range(7).pipe(parallelGen(note, { pool: 'local', workers: 3 })));

      expect(seen).to.deep.equal([[0, 1, 2], [3, 4, 5], [6]]);
    });
  });

  describe('a class', () => {
    it('is constructed with args, once per worker and run', () => {
      const made: number[] = [];
      class Counted extends Adder {
        constructor(a: number) {
          super(a);
          made.push(a);
        }
      }
      const pool = new VirtualPool({ workers: 2, duration: 1 });
      const results$ = range(8).pipe(parallelGen(Counted, { pool, args: [10], batchSize: 1, ordered: true }));
      const scheduler = new TestScheduler(() => undefined);
      scheduler.run(({ flush }) => {
        for (const runs of [1, 2]) {
          const { values } = record(results$);
          flush();
          expect(values.map(([, sum]) => sum)).to.deep.equal([10, 11, 12, 13, 14, 15, 16, 17]);
          expect(made).to.deep.equal(Array(2 * runs).fill(10));
        }
      });
    });

    it('that cannot be constructed fails the run', () => {
      class Broken extends Upper {
        constructor() {
          super();
          throw new RangeError('no model');
        }
      }
      const { errors } = record(of('a', 'b').pipe(parallelGen(Broken, { pool: 'local' })));

      expect(errors.map(inBrief)).to.deep.equal(['TaskError at 0: RangeError: no model']);
    });

    it('may come from a module', async () => {
      const { Adder: Module } = tasks<typeof import('../support/tasks.ts')>(
        new URL('../support/tasks.ts', import.meta.url),
      );
      const results$ = range(4).pipe(parallelGen(Module, { pool: 'local', workers: 2, args: [10], ordered: true }));

      expect(await lastValueFrom(results$.pipe(toArray()))).to.deep.equal([
        [0, 10],
        [1, 11],
        [2, 12],
        [3, 13],
      ]);
    });

    it('that takes arguments has to be given args', () => {
      // @ts-expect-error -- Adder takes a number.
      expect(() => parallelGen(Adder)).not.to.throw(RangeError);
      // @ts-expect-error -- Adder takes a number.
      expect(() => parallelGen(Adder, { workers: 2 })).not.to.throw(RangeError);
      // @ts-expect-error -- Adder takes a number.
      expect(() => parallelGen(Adder, { args: ['1'] })).not.to.throw(RangeError);
    });
  });

  describe('a function', () => {
    const pairs: Indexed<number>[] = [
      [0, 11],
      [1, 12],
    ];

    it('gets args after the batch', () => {
      const add = function* (batch: readonly number[], a: number): Generator<number> {
        for (const n of batch) yield n + a;
      };

      expect(record(of(1, 2).pipe(parallelGen(add, { pool: 'local', args: [10] }))).values).to.deep.equal(pairs);
    });

    it('may be an async generator', async () => {
      const add = async function* (batch: readonly number[]): AsyncGenerator<number> {
        for (const n of batch) {
          await turn();
          yield n + 10;
        }
      };
      const results$ = of(1, 2).pipe(parallelGen(add, { pool: 'local', workers: 2, ordered: true }));

      expect(await lastValueFrom(results$.pipe(toArray()))).to.deep.equal(pairs);
    });

    it('may give any iterable', () => {
      const add = (batch: readonly number[]): readonly number[] => batch.map((n) => n + 10);

      expect(record(of(1, 2).pipe(parallelGen(add, { pool: 'local' }))).values).to.deep.equal(pairs);
    });

    it('that gives no iterable fails the run', () => {
      const { errors } = record(of(1, 2).pipe(parallelGen((() => 5) as never, { pool: 'local' })));

      expect(errors.map(inBrief)).to.deep.equal([
        'TaskError at 0: TypeError: a processor must give an iterable of one result per item: yield them, or return an array',
      ]);
    });
  });

  describe('on batches that answer in messages', () => {
    const letters = ['a', 'b', 'c', 'd'];

    it('gives each result of a message the index of its item', () => {
      const pool = new HandPool(2);
      const run = record(from(letters).pipe(parallelGen(upper, { pool, workers: 2, batchSize: 2 })));
      pool.answers[1]?.({ from: 0, values: [], yields: { values: ['C', 'D'], ended: true } });
      pool.answers[0]?.({ from: 0, values: [], yields: { values: ['A', 'B'], ended: true } });

      expect(run.values).to.deep.equal([
        [2, 'C'],
        [3, 'D'],
        [0, 'A'],
        [1, 'B'],
      ]);
    });

    it('never runs one again, should its worker die', () => {
      const pool = new HandPool(1);
      const run = record(from(letters).pipe(parallelGen(upper, { pool, batchSize: 2 })));
      pool.answers[0]?.({ from: 0, values: [undefined], errors: [[0, new WorkerCrashError('dead')]] });

      expect(pool.jobs).to.have.length(1);
      expect(run.errors[0]).to.be.instanceOf(WorkerCrashError);
    });

    it('has no more of them at work than bufferSize has items, or batches where nothing says how large they are', () => {
      for (const [options, first] of [
        [{ bufferSize: 1 }, 1],
        [{ bufferSize: 2 }, 2],
        [{ bufferSize: 1, batchSize: 1 }, 1],
        [{ bufferSize: 3, batchSize: 1 }, 3],
        [{ bufferSize: 3, batchSize: 2 }, 1],
        [{ bufferSize: 4, total: 4 }, 4],
        [{}, 4],
      ] as const) {
        const pool = new HandPool(4);
        record(from(letters).pipe(parallelGen(upper, { pool, workers: 4, ...options })));

        expect(pool.jobs, JSON.stringify(options)).to.have.length(first);
      }
    });
  });

  it('emits undefined, null and arrays as results', () => {
    const some = (batch: readonly unknown[]): readonly unknown[] => batch;
    const items = [undefined, null, [1, [2]], []];

    expect(record(from(items).pipe(parallelGen(some, { pool: 'local' }))).values).to.deep.equal([...items.entries()]);
  });

  describe('ordered', () => {
    it(
      'emits in the order of the source; later batches go on meanwhile',
      marbles(({ hot, expectObservable }) => {
        const source$ = hot('abcd|');
        const expected = '   -------A--(BC)(D|)';

        expectObservable(source$.pipe(parallelGen(upper, { pool: batchPool(2, { a: 3, c: 5 }), ordered: true }))).toBe(
          expected,
          PAIRS,
        );
      }),
    );

    it(
      'still gives every index the result of its item when it is off',
      marbles(({ cold, expectObservable }) => {
        const source$ = cold('(abcdefg|)');
        const pool = batchPool(2, { a: 5, c: 1, e: 2 });

        expectObservable(source$.pipe(parallelGen(upper, { pool, batchSize: 2 }))).toBe('-CD-EAFG--(B|)', PAIRS);
      }),
    );
  });

  describe('an error', () => {
    it(
      'has the index of the first item without a result, and ends the run',
      marbles(({ hot, expectObservable, expectSubscriptions }) => {
        const pool = batchPool(2, { a: 9 });
        const source$ = hot('-abcdef---|');
        const sub = '        ^-----!';
        const expected = '   -----C#';
        const runs = ['      --^---!', '----^-!'];

        expectObservable(source$.pipe(parallelGen(upperBut('d'), { pool, batchSize: 2 }), errorsInBrief())).toBe(
          expected,
          PAIRS,
          'TaskError at 3: RangeError: d is bad',
        );
        expectSubscriptions(source$.subscriptions).toBe(sub);
        expectSubscriptions(pool.runs).toBe(runs);
      }),
    );

    it('names the item, not the batch, in all it says', () => {
      const { values, errors } = record(
        of('a', 'b', 'c', 'd').pipe(parallelGen(upperBut('d'), { pool: 'local', batchSize: 2 })),
      );

      expect(values).to.deep.equal([PAIRS.A, PAIRS.B, PAIRS.C]);
      expect(errors[0]).to.be.instanceOf(TaskError).and.to.deep.include({ index: 3, item: 'd', attempts: 1 });
      expect((errors[0] as TaskError).message).to.match(/^task .* failed on item 3: d is bad$/);
    });

    it('names the items without a result where it may be of any of them', () => {
      for (const [bad, place] of [
        ['x', 'items 0 to 4'],
        ['c', 'items 2 to 4'],
        ['d', 'items 3 to 4'],
        ['e', 'item 4'],
      ] as const) {
        const source$ = of('x', 'y', 'c', 'd', 'e');
        const { errors } = record(source$.pipe(parallelGen(upperBut(bad), { pool: 'local', workers: 1 })));
        expect((errors[0] as TaskError).message, bad).to.match(
          new RegExp(`^task .* failed on ${place}: ${bad} is bad$`),
        );
      }
    });

    for (const pool of ['thread', 'process'] as const)
      it(`names the batch that cannot be sent to a ${pool}, with the index of its first item`, async () => {
        const messages: unknown[] = [];
        const odd = (): number => 1;
        for (const items of [[0, 1, odd, 3], [0, odd], [odd]]) {
          const results$ = from<unknown[]>(items).pipe(parallelGen(lengths, { pool, workers: 1, batchSize: 3 }));
          const error = await errorOf(lastValueFrom(results$));
          expect(error).to.be.instanceOf(TaskCloneError).and.to.include({ index: 0 });
          messages.push((error as Error).message.replace(/ cannot be sent to task .*/s, ''));
        }

        expect(messages).to.deep.equal([
          'the batch of items 0 to 2',
          'the batch of items 0 to 1',
          'the batch of item 0',
        ]);
      });

    it('names the item whose result cannot be sent', async () => {
      const processor = (batch: readonly number[]): unknown[] => batch.map((n) => (n === 4 ? () => n : n));
      const error = await errorOf(lastValueFrom(range(6).pipe(parallelGen(processor, { batchSize: 3, workers: 1 }))));

      expect(error).to.be.instanceOf(TaskCloneError).and.to.include({ index: 4, item: 4 });
      expect((error as Error).message).to.match(/^the result of task processor for item 4 cannot be sent back/);
    });

    it(
      'with ordered comes after all results of lower indices',
      marbles(({ cold, expectObservable }) => {
        const source$ = cold('(abcdef|)');
        const results$ = source$.pipe(
          parallelGen(upperBut('d'), { pool: batchPool(3, { a: 4, c: 6 }), batchSize: 2, ordered: true }),
        );

        expectObservable(results$.pipe(errorsInBrief())).toBe(
          '----A---(BC)#',
          PAIRS,
          'TaskError at 3: RangeError: d is bad',
        );
      }),
    );

    it('of anything that is thrown has it as its cause', () => {
      for (const thrown of [undefined, null, 0, ''] as unknown[]) {
        const fails = (): never => {
          throw thrown;
        };
        const { errors } = record(of(1).pipe(parallelGen(fails, { pool: 'local' })));

        expect(errors[0]).to.be.instanceOf(TaskError).with.property('cause', thrown);
      }
    });

    it('after the last result is of no item', () => {
      const late = function* (batch: readonly string[]): Generator<string> {
        yield* batch;
        throw new RangeError('too late');
      };
      const { values, errors } = record(of('a', 'b', 'c').pipe(parallelGen(late, { pool: 'local', batchSize: 2 })));

      expect(values.length).to.equal(2);
      expect(errors.map(inBrief)).to.deep.equal(['TaskError at undefined: RangeError: too late']);
      expect((errors[0] as TaskError).message).to.match(/^task .* failed: too late$/);
    });
  });

  describe('one result per item', () => {
    const giving = (...results: readonly number[]) =>
      function* (): Generator<number> {
        yield* results;
      };
    const comingOf = (results: readonly number[], ordered: boolean): { values: unknown; errors: unknown } => {
      const config = { pool: 'local', batchSize: 2, ordered } as const;
      const { values, errors } = record(of('a', 'b', 'c').pipe(parallelGen(giving(...results), config)));
      return { values, errors: errors.map((error) => [(error as TaskError).index, (error as TaskError).message]) };
    };
    const advice = 'it has to yield one per item';

    for (const ordered of [false, true]) {
      it(`is demanded: more are an error of no item, with ordered: ${String(ordered)}`, () => {
        expect(comingOf([1, 2, 3], ordered)).to.deep.equal({
          values: [
            [0, 1],
            [1, 2],
          ],
          errors: [[undefined, `a processor gave more results than items for a batch of 2: ${advice}`]],
        });
      });

      it(`is demanded: fewer are an error of the first item without one, with ordered: ${String(ordered)}`, () => {
        expect(comingOf([1], ordered)).to.deep.equal({
          values: [[0, 1]],
          errors: [[1, `a processor gave 1 results for a batch of 2: ${advice}`]],
        });
        expect(comingOf([], ordered)).to.deep.equal({
          values: [],
          errors: [[0, `a processor gave 0 results for a batch of 2: ${advice}`]],
        });
      });
    }

    it('is all that an endless processor is asked for, and one more', () => {
      let yields = 0;
      const endless = function* (): Generator<number> {
        for (;;) yield (yields += 1);
      };
      const { errors } = record(of('a', 'b').pipe(parallelGen(endless, { pool: 'local', workers: 1 })));

      expect(errors.map((error) => (error as Error).message)).to.deep.equal([
        `a processor gave more results than items for a batch of 2: ${advice}`,
      ]);
      expect(yields).to.equal(3);
    });
  });

  describe('bufferSize', () => {
    it(
      'bounds the items that are in processors, in whole batches',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const pool = batchPool(3);
        const source$ = cold('(abcdef|)');

        expectObservable(source$.pipe(parallelGen(upper, { pool, batchSize: 2, bufferSize: 5 }), toArray())).toBe(
          '----(r|)',
          { r: [PAIRS.A, PAIRS.C, PAIRS.B, PAIRS.D, PAIRS.E, PAIRS.F] },
        );
        expectSubscriptions(pool.runs).toBe(['^-!', '^-!', '--^-!']);
      }),
    );

    it(
      'below batchSize lets one batch go at a time',
      marbles(({ cold, expectObservable }) => {
        const results$ = cold('(abcd|)').pipe(parallelGen(upper, { pool: batchPool(2), batchSize: 2, bufferSize: 1 }));

        expectObservable(results$).toBe('-ABC(D|)', PAIRS);
      }),
    );
  });

  describe('signal', () => {
    it('ends the run with its reason, unwrapped', () => {
      const controller = new AbortController();
      const source$ = new Subject<string>();
      const { values, errors } = record(
        source$.pipe(parallelGen(upper, { pool: 'local', batchSize: 1, signal: controller.signal })),
      );

      source$.next('a');
      controller.abort('enough');
      expect({ values, errors, observed: source$.observed }).to.deep.equal({
        values: [PAIRS.A],
        errors: ['enough'],
        observed: false,
      });
    });

    it('that is aborted already leaves the source alone', () => {
      const source$ = new Subject<string>();
      const { errors } = record(source$.pipe(parallelGen(upper, { pool: 'local', signal: AbortSignal.abort('no') })));

      expect(errors).to.deep.equal(['no']);
      expect(source$.observed).to.equal(false);
    });
  });

  describe('progress', () => {
    it(
      'counts items, not batches',
      marbles(({ cold, flush }) => {
        const calls: Progress[] = [];
        const pool = new VirtualPool({ workers: 1, duration: 60 });
        const progress = (now: Progress): void => void calls.push(now);
        cold('(abcd|)')
          .pipe(parallelGen(upper, { pool, batchSize: 2, total: 4, progress }))
          .subscribe();
        flush();

        expect(calls).to.deep.equal([
          { done: 1, failed: 0, total: 4, perSecond: 1000 / 60, elapsedMs: 60, etaMs: 180 },
          { done: 3, failed: 0, total: 4, perSecond: 3000 / 180, elapsedMs: 180, etaMs: 1000 / (3000 / 180) },
          { done: 4, failed: 0, total: 4, perSecond: 4000 / 240, elapsedMs: 240, etaMs: 0 },
        ]);
      }),
    );

    it('is told at the end of a run that fails, and knows no total that it was not told', () => {
      const calls: Progress[] = [];
      const progress = (now: Progress): void => void calls.push(now);
      record(of('a', 'b', 'c').pipe(parallelGen(upperBut('c'), { pool: 'local', progress })));

      expect(calls.at(-1)).to.deep.include({ done: 2, failed: 0, total: undefined });
    });
  });

  describe('refuses at the call', () => {
    it('what is no processor', () => {
      expect(() => parallelGen(5 as never)).to.throw(
        TypeError,
        'task must be a function or come from tasks(...), not 5',
      );
    });

    it('a function without source text, where it would have to be sent', () => {
      expect(() => parallelGen(upper.bind(undefined))).to.throw(TypeError, 'a native or bound function');
      expect(() => parallelGen(upper.bind(undefined), { pool: 'local' })).not.to.throw();
    });

    for (const [batchSize, ErrorClass] of [
      [0, RangeError],
      [1.5, RangeError],
      ['2', TypeError],
    ] as const)
      it(`batchSize ${JSON.stringify(batchSize)}`, () => {
        expect(() => parallelGen(upper, { batchSize } as never)).to.throw(
          ErrorClass,
          `batchSize must be an integer from 1, not ${JSON.stringify(batchSize)}`,
        );
      });

    const names = ['workers', 'pool', 'args', 'batchSize', 'ordered', 'bufferSize', 'signal', 'progress', 'total'];
    for (const [options, ErrorClass, message] of wrongOptions) {
      const [name = ''] = Object.keys(options ?? {});
      const said =
        names.includes(name) || typeof options !== 'object' || options === null
          ? message
          : `there is no option ${name}; the options are ${names.join(', ')}`;
      it(`options: ${message}`, () => {
        expect(() => parallelGen(upper, options as never)).to.throw(
          names.includes(name) ? ErrorClass : TypeError,
          said,
        );
      });
    }

    it('takes undefined for an option that is not given', () => {
      expect(() =>
        parallelGen(upper, { pool: 'local', batchSize: undefined, total: undefined } as never),
      ).not.to.throw();
    });
  });
});
