/**
 * The rules that every operator and pool keeps, by their numbers, on the pools of this thread and of virtual time.
 * allRules.spec.ts sees to it that all of them run. What each pool has to do for them is in pools/contract.spec.ts; what
 * needs a program of its own, as the end of rule 14, in exit.spec.ts.
 */
import { getEventListeners } from 'node:events';
import { readdirSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import v8 from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import {
  concat,
  concatMap,
  config as rxjs,
  defer,
  EMPTY,
  expand,
  finalize,
  firstValueFrom,
  from,
  identity,
  lastValueFrom,
  map,
  materialize,
  NEVER,
  observable,
  Observable,
  of,
  queueScheduler,
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
  VirtualTimeScheduler,
  type Unsubscribable,
} from 'rxjs';
import { parallel } from '../src/operators/parallel.ts';
import { parallelIterable } from '../src/operators/parallelIterable.ts';
import { parallelMap } from '../src/operators/parallelMap.ts';
import { parallel$ } from '../src/operators/parallelObservable.ts';
import { LocalPool } from '../src/pools/LocalPool.ts';
import { usePool$ } from '../src/pools/openPool.ts';
import type { Job, Pool, Settlements } from '../src/pools/pool.ts';
import { VirtualPool } from '../src/pools/VirtualPool.ts';
import { currentTask } from '../src/tasks/currentTask.ts';
import { ParallelError, TaskCloneError, TaskError, TaskLoadError, TaskTimeoutError } from '../src/tasks/errors.ts';
import { tasks } from '../src/tasks/tasks.ts';
import { checkedFiles, compileErrors } from './support/compileErrors.ts';
import { marbles } from './support/marbles.ts';
import { Naturals } from './support/Naturals.ts';
import { record } from './support/record.ts';
import { combinations, errorsInBrief, inBrief, letterPool, PAIRS, upper, upperBut } from './support/virtual.ts';
import { note, valuesOf, virtually, type Note } from './support/virtually.ts';
import { onWorkerStart } from './support/workersStarted.ts';
import { wrongOptions } from './support/wrongOptions.ts';

const product = combinations({
  ordered: [false, true],
  workers: [1, 2, 4],
  chunkSize: [1, 3, 'auto'] as const,
  pause: [0, 2],
  onError: ['throw', 'return', 'skip'] as const,
});

/** Durations that are all over the place, and the same each time. */
const uneven = (n: number): number => (n * 7) % 5;

/** A pool whose items take such durations. */
const unevenPool = (workers: number): VirtualPool => new VirtualPool({ workers, duration: uneven });

/** Ten items, two of which fail. */
const ten = Array.from({ length: 10 }, (_, n) => n);
const failing = (n: number): number => {
  if (n === 3 || n === 7) throw new RangeError(`${String(n)} is bad`);
  return n * 10;
};

/** A task that always fails. */
const refuse = (): never => {
  throw new RangeError('never');
};

/** A pool that is answered by hand, also when nobody listens any more. */
class HandPool implements Pool {
  readonly size: number;
  readonly answers: ((settlements: Settlements<unknown>) => void)[] = [];
  readonly ends: (() => void)[] = [];
  readonly log: string[] = [];

  constructor(size: number) {
    this.size = size;
  }

  run$<In, Out>(job: Job<In>): Observable<Settlements<Out>> {
    return new Observable<Settlements<unknown>>((subscriber) => {
      const name = `item ${String(job.first)}`;
      this.answers.push((settlements) => {
        subscriber.next(settlements);
      });
      this.ends.push(() => {
        subscriber.complete();
      });
      return () => {
        this.log.push(`${name} cancelled`);
      };
    }) as Observable<Settlements<Out>>;
  }

  close(): Promise<void> {
    this.log.push('closed');
    return Promise.resolve();
  }
}

const sorted = (pairs: readonly (readonly [number, unknown])[]): unknown[] => pairs.toSorted(([a], [b]) => a - b);

/** What the message that refuses an unknown option says that there is. */
const optionNames = (): string[] => {
  try {
    parallelMap(upper, { nonsense: 1 } as never);
  } catch (error) {
    return String(error).split(' are ')[1]?.split(', ') ?? [];
  }
  return [];
};

const briefly = ([index, result]: readonly [number, unknown]): readonly [number, unknown] => [
  index,
  result instanceof ParallelError ? inBrief(result) : result,
];

describe('the contract: shape and laziness', () => {
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

    void defer(touch).pipe(parallelMap(upper, { pool }));
    void parallel$(upper, { [Symbol.iterator]: touch }, { pool });
    void parallel$(upper, { [Symbol.asyncIterator]: touch }, { pool });
    parallelIterable(upper, { [Symbol.iterator]: touch }, { pool });
    const stop = onWorkerStart(() => (touched += 1));
    for (const kind of ['thread', 'process'] as const) {
      void parallelMap(upper, { pool: kind });
      void parallel$(upper, ['a'], { pool: kind });
      parallelIterable(upper, ['a'], { pool: kind });
    }
    stop();
    expect(touched).to.equal(0);
  });

  it('3. the source is subscribed to once per subscription, synchronously', () => {
    for (const options of product)
      virtually((scheduler, { hot, expectSubscriptions }) => {
        const source$ = hot('-ab---|');
        const result$ = source$.pipe(parallelMap(upper, { ...options, pool: letterPool(4) }));

        note(result$, scheduler);
        expect(source$.subscriptions).to.have.length(1);
        note(result$, scheduler);
        expectSubscriptions(source$.subscriptions).toBe(['^-----!', '^-----!']);
      });
  });

  it(
    '4. two subscriptions of one result are independent',
    marbles(({ cold, expectObservable }) => {
      const result$ = cold('-ab|').pipe(parallelMap(upperBut('b'), { pool: letterPool(4) }), errorsInBrief());
      const error = 'TaskError at 1: RangeError: b is bad';

      expectObservable(result$).toBe('        --A#', PAIRS, error);
      expectObservable(result$, '---^').toBe('-----A#', PAIRS, error);
      expectObservable(result$, '--^--!').toBe('----A', PAIRS);
    }),
  );

  it('5. bad options throw at the call, with name, expectation and offender; workers: 0 is serial and never hangs', async () => {
    const wrong: typeof wrongOptions = [
      ...wrongOptions,
      [{ retry: -1 }, RangeError, 'retry must be an integer from 0, Infinity or an object, not -1'],
      [{ crashRetries: 0.5 }, RangeError, 'crashRetries must be an integer from 0, not 0.5'],
    ];
    const said = wrong.map(([, , message]) => message).join('\n');
    for (const name of optionNames()) expect(said).to.match(new RegExp(`^${name} must be `, 'm'));
    for (const [options, ErrorClass, message] of wrong) {
      const given = options as never;
      const error = await parallel(upper, [], given).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(ErrorClass).with.property('message').that.includes(message);
      expect(() => parallelMap(upper, given)).to.throw(ErrorClass, message);
      expect(() => parallel$(upper, [], given)).to.throw(ErrorClass, message);
      expect(() => parallelIterable(upper, [], given)).to.throw(ErrorClass, message);
    }
    for (const options of product)
      expect(await parallel(upper, ['a', 'b'], { ...options, workers: 0 })).to.deep.equal(['A', 'B']);
  });

  it('6. defaults cost no timer and no frame', () => {
    const scheduler = {
      now: () => 0,
      schedule: () => {
        throw new Error('a timer');
      },
    };
    const { values, completions } = record(of(1, 2).pipe(parallelMap((n) => n + 1, { pool: 'local', scheduler })));

    expect(values).to.deep.equal([
      [0, 2],
      [1, 3],
    ]);
    expect(completions).to.equal(1);
    virtually((virtual) => {
      note(of('a', 'b').pipe(parallelMap(upper, { pool: letterPool(2) })), virtual);
      expect(virtual.actions).to.have.length(2);
    });
  });

  it('7. output types are inferred, also for generators; wrong task names or argument types do not compile', () => {
    const right = [
      "import { of, type OperatorFunction } from 'rxjs';",
      "import { parallel, parallelMap, tasks, type Indexed } from 'rxjs-parallel';",
      'type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;',
      'const words = function* (line: string): Generator<string> { yield line; };',
      'const sized = async (line: string, by: number): Promise<number> => line.length * by;',
      "const t = tasks<{ double: (n: number) => number }>(new URL('file:///tasks.js'));",
      'const mapped = parallelMap(words);',
      'const a: Same<typeof mapped, OperatorFunction<string, Indexed<string>>> = true;',
      "const all = parallel(sized, ['a'], { args: [2] });",
      'const b: Same<typeof all, Promise<number[]>> = true;',
      'of(1).pipe(parallelMap(t.double));',
    ];
    const wrong = [
      'const c: Same<typeof mapped, OperatorFunction<string, Indexed<Generator<string>>>> = true;',
      'const d: Same<typeof all, Promise<string[]>> = true;',
      'of(1).pipe(parallelMap(t.dubble));',
      "of('a').pipe(parallelMap(t.double));",
      "parallel(sized, ['a'], { args: ['2'] });",
      "parallel(sized, ['a']);",
      'parallel(sized, [1], { args: [2] });',
    ];
    expect(compileErrors([...right, ...wrong])).to.deep.equal(wrong);

    // The other types are in types, which the compiler sees.
    const folder = fileURLToPath(new URL('./types/', import.meta.url));
    const specs = readdirSync(folder).filter((name) => name.endsWith('.spec-d.ts'));
    expect(specs).to.include.members(['operators.spec-d.ts', 'pools.spec-d.ts', 'tasks.spec-d.ts']);
    expect(checkedFiles()).to.include.members(specs.map((name) => `${folder}${name}`));
  }).timeout(30_000);

  it(
    '8. interop sources work, and so does pipe',
    marbles(({ cold, expectObservable }) => {
      const foreign = { [observable]: () => cold('-ab|') } as never;
      const operator = parallelMap(upper, { pool: letterPool(2) });

      expectObservable(from(foreign).pipe(operator)).toBe('--A(B|)', PAIRS);
      expectObservable(operator(foreign)).toBe('--A(B|)', PAIRS);
      expectObservable(parallel$(upper, foreign, { pool: letterPool(2) })).toBe('--A(B|)', PAIRS);
    }),
  );
});

describe('the contract: grammar', () => {
  it('9. next* (error | complete)?, exactly one terminal', () => {
    for (const options of product)
      for (const source of ['-ab(cde)-f|', '-ab(cde)-f#', '(abcdef|)', '(abcdef#)', '|', '#'])
        virtually((scheduler, { cold, flush }) => {
          const pool = letterPool(4, { a: 3, c: 5 });
          const task = upperBut('b', 'f');
          const notes = note(cold(source).pipe(parallelMap(task, { ...options, pool })), scheduler);

          flush();
          const terminals = notes.filter(({ kind }) => kind !== 'next');
          expect(terminals).to.deep.equal(notes.slice(-1));
          expect(terminals).to.have.length(1);
        });
  });

  it('10. nothing comes after the terminal or unsubscribe, even when workers answer late', () => {
    const late = { from: 0, values: ['late'] };
    const error = new TaskError('failed');
    for (const ordered of [false, true])
      for (const [end, said] of [
        ['unsubscribe', { values: [], errors: [], completions: 0 }],
        ['error', { values: [], errors: [error], completions: 0 }],
        ["source's error", { values: [], errors: [error], completions: 0 }],
        ['take', { values: [[0, 'first']], errors: [], completions: 1 }],
        [
          'complete',
          {
            values: [
              [0, 'first'],
              [1, 'second'],
            ],
            errors: [],
            completions: 1,
          },
        ],
      ] as const) {
        const pool = new HandPool(2);
        const source$ = new Subject<string>();
        const reports: unknown[] = [];
        const operator = parallelMap(upper, { pool, ordered, progress: (report) => reports.push(report) });
        const run = record(source$.pipe(operator, end === 'take' ? take(1) : identity));
        source$.next('a');
        source$.next('b');
        const [first, second] = pool.answers;
        if (end === 'unsubscribe') run.subscription.unsubscribe();
        if (end === 'error') first?.({ from: 0, values: [undefined], errors: [[0, error]] });
        if (end === "source's error") source$.error(error);
        if (end === 'take' || end === 'complete') first?.({ from: 0, values: ['first'] });
        if (end === 'complete') {
          second?.({ from: 0, values: ['second'] });
          source$.complete();
          for (const complete of pool.ends) complete();
        }
        const reported = reports.length;
        for (const answer of pool.answers) answer(late);
        expect(run, end).to.deep.include(said);
        expect(reports, end).to.have.length(reported);
      }
  });

  it("11. emissions are serial: a result that arrives while downstream's next is on the stack waits", () => {
    for (const ordered of [false, true]) {
      const source$ = new Subject<number>();
      const log: string[] = [];
      record(
        source$.pipe(
          parallelMap((n: number) => n, { pool: 'local', workers: 3, ordered }),
          tap(([, n]) => {
            log.push(`${String(n)} begins`);
            if (n < 2) source$.next(n + 1);
            log.push(`${String(n)} ends`);
          }),
        ),
      );

      source$.next(0);
      expect(log).to.deep.equal(['0 begins', '0 ends', '1 begins', '1 ends', '2 begins', '2 ends']);

      const pool = new HandPool(2);
      const answered: string[] = [];
      record(
        of('a', 'b').pipe(
          parallelMap(upper, { pool, ordered }),
          tap(([, letter]) => {
            answered.push(`${letter} begins`);
            if (letter === 'A') pool.answers[1]?.({ from: 0, values: ['B'] });
            answered.push(`${letter} ends`);
          }),
        ),
      );
      pool.answers[0]?.({ from: 0, values: ['A'] });
      expect(answered).to.deep.equal(['A begins', 'A ends', 'B begins', 'B ends']);
    }
  });

  it('12. an empty source completes in the same frame and starts no worker', () => {
    for (const options of product)
      virtually((scheduler, { cold, flush }) => {
        const pool = new HandPool(4);
        const notes = note(cold('--|').pipe(parallelMap(upper, { ...options, pool })), scheduler);
        const iterable = note(parallel$(upper, [], { ...options, pool }), scheduler);

        expect(iterable).to.deep.equal([{ frame: 0, kind: 'complete' }]);
        flush();
        expect(notes).to.deep.equal([{ frame: 2, kind: 'complete' }]);
        expect(pool.answers).to.deep.equal([]);
      });
  });

  it('13. completion waits for all that is queued, running, retrying or pausing, and comes in the frame of the last result', () => {
    virtually((_scheduler, { cold, expectObservable }) => {
      const run = (options: object) => (source: string) =>
        cold(source).pipe(parallelMap(upper, { pool: letterPool(2, { a: 4, b: 2, c: 3 }), ...options }));

      expectObservable(run({})('(a|)')).toBe('             ----(A|)', PAIRS);
      expectObservable(run({ workers: 1 })('(abc|)')).toBe('       ----A-B--(C|)', PAIRS);
      expectObservable(run({ pause: 9 })('(ab|)')).toBe('          ----A------(B|)', PAIRS);
      expectObservable(run({})('a-----|')).toBe('          ----A-|', PAIRS);
      expectObservable(run({ ordered: true })('(ab|)')).toBe('     ----(AB|)', PAIRS);
    });

    const again = (n: number): number => {
      if (n === 9 && currentTask()?.attempt === 1) throw new Error('again');
      return n;
    };
    for (const options of product)
      virtually((scheduler, { flush }) => {
        const config = { ...options, pool: unevenPool(options.workers), retry: { count: 1, delay: 50 } };
        const notes = note(from(ten).pipe(parallelMap(again, config)), scheduler);

        flush();
        const lastEnd = Math.max(...config.pool.runs.map(({ unsubscribedFrame }) => unsubscribedFrame));
        expect(lastEnd).to.be.at.least(50);
        expect(notes.filter(({ frame }) => frame === lastEnd).at(-1)).to.deep.equal({
          frame: lastEnd,
          kind: 'complete',
        });
        expect(valuesOf(notes)).to.have.length(10);
      });
  });

  it('14. with NEVER and an idle pool there are no timers', () => {
    for (const options of product)
      virtually((scheduler, { flush }) => {
        const all = { ...options, timeout: 5, progress: () => undefined, pool: letterPool(4) };
        const notes = note(NEVER.pipe(parallelMap(upper, all)), scheduler);
        const idle = note(concat(from(['a', 'b', 'c', 'd']), NEVER).pipe(parallelMap(upper, all)), scheduler);

        flush();
        expect(notes).to.deep.equal([]);
        expect(valuesOf(idle)).to.have.length(4);
        expect(scheduler.actions).to.deep.equal([]);
      });
  });

  it("15. a source's error is forwarded in the same frame and cancels what runs", () => {
    for (const options of product)
      virtually((scheduler, { cold, flush }) => {
        const pool = letterPool(4, { a: 9, b: 9, c: 9, d: 9 });
        const source$ = cold('(abcd)-#', undefined, 'broken');
        const notes = note(source$.pipe(parallelMap(upper, { ...options, pool })), scheduler);

        flush();
        expect(notes).to.deep.equal([{ frame: 7, kind: 'error', error: 'broken' }]);
        expect(pool.runs.every(({ unsubscribedFrame }) => unsubscribedFrame === 7)).to.equal(true);
      });
  });

  it('16. a throwing partitionBy or transfer is an error of that index; a module that does not load ends the run whatever onError says', async () => {
    const transfer = (n: number): Transferable[] => {
      if (n === 1) throw new RangeError('nothing to move');
      return [];
    };
    const returned = await parallel((n: number) => n, [0, 1, 2], { pool: 'local', transfer, onError: 'return' });
    expect(returned.map((result) => (result instanceof ParallelError ? inBrief(result) : result))).to.deep.equal([
      0,
      'TaskError at 1: RangeError: nothing to move',
      2,
    ]);
    for (const failing of [{ transfer }, { partitionBy: transfer }])
      for (const options of product)
        virtually((scheduler, { flush }) => {
          const pool = new VirtualPool({ workers: 1, duration: 1 });
          const result$ = from([0, 1, 2]).pipe(
            parallelMap((n) => n, { ...options, ...failing, pool }),
            map(briefly),
            errorsInBrief(),
          );
          const notes = note(result$, scheduler);

          flush();
          const error = 'TaskError at 1: RangeError: nothing to move';
          const said = notes.flatMap(({ kind, value, error: thrown }) =>
            kind === 'complete' ? [] : [value ?? thrown],
          );
          if (options.onError === 'throw') expect(said.at(-1)).to.equal(error);
          else
            expect(sorted(said as [number, unknown][])).to.deep.equal([
              [0, 0],
              ...(options.onError === 'return' ? [[1, error]] : []),
              [2, 2],
            ]);
        });

    const { lost } = tasks<{ lost: (n: number) => number }>(new URL('./support/nowhere.ts', import.meta.url));
    for (const onError of ['throw', 'return', 'skip'] as const) {
      const error: unknown = await parallel(lost, [1], { pool: 'local', onError }).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(TaskLoadError);
    }
  });

  it("17. with 'throw' a task's error cancels the siblings, whose late rejections trouble nobody", async () => {
    const unhandled: unknown[] = [];
    const listen = (reason: unknown): void => void unhandled.push(reason);
    const told: unknown[] = [];
    const task = async (n: number): Promise<number> => {
      if (n === 0) throw new RangeError('first');
      const signal = currentTask()?.signal;
      await new Promise((_, reject) => {
        signal?.addEventListener('abort', () => {
          told.push(n);
          reject(new Error('stopped'));
        });
      });
      return n;
    };

    process.on('unhandledRejection', listen);
    try {
      const error: unknown = await parallel(task, [1, 2, 0], { pool: 'local', workers: 3 }).catch(
        (reason: unknown) => reason,
      );
      expect(inBrief(error)).to.equal('TaskError at 2: RangeError: first');
      expect(told).to.deep.equal([1, 2]);
      await turn();
      expect(unhandled).to.deep.equal([]);
    } finally {
      process.off('unhandledRejection', listen);
    }

    for (const options of product.filter(({ onError, ordered }) => onError === 'throw' && !ordered))
      virtually((scheduler, { flush }) => {
        const pool = new VirtualPool({ workers: options.workers, duration: (n: number) => (n === 1 ? 4 : 3 * n + 20) });
        const notes = note(from([1, 2, 3, 4, 5]).pipe(parallelMap(refuse, { ...options, pool })), scheduler);

        flush();
        expect(notes.map(({ kind, frame }) => [kind, frame])).to.deep.equal([['error', 4]]);
        expect(pool.runs.every(({ unsubscribedFrame }) => unsubscribedFrame === 4)).to.equal(true);
        expect(scheduler.actions).to.deep.equal([]);
      });
  });

  it('18. falsy and other throws that are no errors survive', async () => {
    for (const thrown of [undefined, null, 0, '', false, NaN, 'text'])
      for (const rejects of [false, true]) {
        const task = (): unknown => {
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- that is what is tested
          if (rejects) return Promise.reject(thrown);
          // eslint-disable-next-line @typescript-eslint/only-throw-error -- that is what is tested
          throw thrown;
        };
        const [error] = await parallel(task, [1], { pool: 'local', onError: 'return' });

        expect(error).to.be.instanceOf(TaskError).with.own.property('cause');
        expect((error as TaskError).cause).to.deep.equal(thrown);
      }
  });

  it('19. undefined and null results are emitted', () => {
    const all = [undefined, null, undefined];

    expect(record(from(all).pipe(parallelMap((x) => x, { pool: 'local' }))).values).to.deep.equal([...all.entries()]);
    virtually((scheduler, { flush }) => {
      const pool = new VirtualPool({ workers: 2, duration: 1 });
      const notes = note(from(all).pipe(parallelMap((x) => x, { pool })), scheduler);

      flush();
      expect(valuesOf(notes)).to.deep.equal([...all.entries()]);
    });
  });

  it('20. an error carries index, item and attempts, and what was thrown as it was', async () => {
    const thrown = Object.assign(new RangeError('no'), { code: 'E_NO', cause: 'deeper' });
    const task = (item: { readonly id: number }): number => {
      if (item.id === 7) throw thrown;
      return item.id;
    };
    const items = [{ id: 5 }, { id: 7 }];
    const [, error] = await parallel(task, items, { pool: 'local', onError: 'return' });

    expect(error).to.include({ name: 'TaskError', index: 1, item: items[1], attempts: 1, cause: thrown });
    expect(error).to.have.property('message', 'task task failed on item 1: no');
  });

  it("21. 'return' never loses an index: indices out are indices in, each once", () => {
    for (const options of product.filter(({ onError }) => onError === 'return'))
      virtually((scheduler, { flush }) => {
        const config = { ...options, onError: 'return' as const, pool: unevenPool(options.workers) };
        const notes = note(from(ten).pipe(parallelMap(failing, config)), scheduler);

        flush();
        expect(sorted(valuesOf(notes).map(([index]) => [index, 0]))).to.deep.equal(ten.map((n) => [n, 0]));
      });
  });
});

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
    for (const kind of ['thread', 'process'] as const) {
      const sizeNow = (): number | undefined => record(usePool$(kind, undefined, ({ size }) => of(size))).values[0];
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

    await run();
    await turn();
    collect();
    expect(refs.filter((ref) => ref.deref() !== undefined)).to.have.length(0);
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

describe('the contract: concurrency and order', () => {
  it('32. never more than workers run at once, and exactly that many when there is work and the pool has them free', () => {
    for (const options of product)
      virtually((scheduler, { flush }) => {
        const pool = new VirtualPool({ workers: 4, duration: 9 });
        note(from(ten).pipe(parallelMap((n) => n, { ...options, pool })), scheduler);

        flush();
        const together = pool.runs.map(
          ({ subscribedFrame: at }) =>
            pool.runs.filter((other) => other.subscribedFrame <= at && other.unsubscribedFrame > at).length,
        );
        expect(Math.max(...together)).to.equal(options.workers);
        expect(pool.runs).to.have.length(10);
        // Nobody rests before the last has begun, unless it has to, or there is less than a chunk for each.
        const lastStart = pool.runs.at(-1)?.subscribedFrame ?? NaN;
        const least = options.chunkSize === 3 ? 1 : options.workers;
        if (options.pause === 0)
          for (const [frame, running] of pool.trace)
            if (frame < lastStart) expect(running).to.be.within(least, options.workers);
      });

    for (const options of product)
      virtually((scheduler, { flush }) => {
        const pool = new VirtualPool({ workers: 2, duration: 9 });
        note(from(ten).pipe(parallelMap((n) => n, { ...options, workers: 9, pool })), scheduler);

        flush();
        expect(Math.max(...pool.trace.map(([, running]) => running))).to.equal(2);
      });

    const pool = new HandPool(2);
    record(from(ten).pipe(parallelMap((n) => n, { workers: 9, pool, chunkSize: 1 })));
    expect(pool.answers).to.have.length(2);
  });

  it('33. a waiting item starts in the frame in which a worker is free', () => {
    for (const { ordered, workers, chunkSize, onError } of product.filter(({ pause }) => pause === 0))
      virtually((scheduler, { hot, expectSubscriptions }) => {
        const pool = letterPool(workers, { a: 4 });
        const source$ = hot('           -ab-c---d|');

        note(source$.pipe(parallelMap(upper, { pool, ordered, chunkSize, onError })), scheduler);
        expectSubscriptions(pool.runs).toBe(
          workers === 1
            ? ['                         -^---!', '-----^!', '------^!', '--------^!']
            : ['                         -^---!', '--^!', '----^!', '--------^!'],
        );
      });
  });

  it('34. the index is the position in the source, whatever else happens', () => {
    const result = (n: number): unknown =>
      n === 3 || n === 7 ? `TaskError at ${String(n)}: RangeError: ${String(n)} is bad` : n * 10;
    for (const keys of [{}, { partitionBy: (n: number) => n % 3 }])
      for (const options of product.filter(({ onError }) => onError !== 'throw'))
        virtually((scheduler, { flush }) => {
          const config = { ...options, ...keys, pool: unevenPool(options.workers) };
          const notes = note(from(ten).pipe(parallelMap(failing, config), map(briefly)), scheduler);

          flush();
          const emitted = ten.filter((n) => options.onError === 'return' || typeof result(n) === 'number');
          expect(sorted(valuesOf(notes))).to.deep.equal(emitted.map((n) => [n, result(n)]));
        });

    const ends = ['#', '-x', '---#'];
    for (const keys of [{}, { partitionBy: (n: number) => n % 3 }])
      for (const options of product.filter(({ onError }) => onError === 'throw'))
        virtually((scheduler, { flush }) => {
          // All come through at their third try; how the first two end differs from item to item.
          const marble = (n: number, attempt: number): string =>
            attempt === 3 ? `-(${String(n)}|)` : (ends[(n + attempt) % 3] ?? '');
          const pool = new VirtualPool({ workers: options.workers, marble, crash: 2 });
          const config = { ...options, ...keys, pool, retry: { count: 2, delay: 1 }, crashRetries: 2 };
          const notes = note(from(ten).pipe(parallelMap((n) => n, config)), scheduler);

          flush();
          expect(sorted(valuesOf(notes))).to.deep.equal(ten.map((n) => [n, String(n)]));
          expect(pool.runs).to.have.length(30);
        });
  });

  it(
    '35. unordered means completion order; ties in one frame come in start order',
    marbles(({ hot, expectObservable }) => {
      const pool = letterPool(4, { a: 4, c: 2 });
      const source$ = hot('abcd-----|');
      const expected = '   --B-(ACD)|';

      expectObservable(source$.pipe(parallelMap(upper, { pool }))).toBe(expected, PAIRS);
    }),
  );

  it('36. ordered equals the unordered pairs sorted by index', () => {
    for (const { workers, chunkSize, pause, onError } of product.filter(
      (options) => !options.ordered && options.onError !== 'throw',
    ))
      virtually((scheduler, { flush }) => {
        const run = (ordered: boolean): readonly Note<readonly [number, unknown]>[] => {
          const config = { ordered, chunkSize, pause, onError, pool: unevenPool(workers) };
          return note(from(ten).pipe(parallelMap(failing, config), map(briefly)), scheduler);
        };
        const unordered = run(false);
        const ordered = run(true);

        flush();
        expect(valuesOf(ordered)).to.deep.equal(sorted(valuesOf(unordered)));
      });
  });

  it('37. ordered, with a failure at k: every index below k is emitted before the error, and none above', () => {
    for (const { workers, chunkSize, pause } of product.filter(({ onError }) => onError === 'throw'))
      virtually((scheduler, { flush }) => {
        const config = { ordered: true, chunkSize, pause, pool: unevenPool(workers) };
        const notes = note(from(ten).pipe(parallelMap(failing, config), errorsInBrief()), scheduler);

        flush();
        expect(notes.map(({ value, error }) => value ?? error)).to.deep.equal([
          [0, 0],
          [1, 10],
          [2, 20],
          'TaskError at 3: RangeError: 3 is bad',
        ]);
      });
  });

  it('38. bufferSize bounds what is taken and not yet emitted; at the bound an iterable is not pulled, and an Observable follows overflow', () => {
    for (const options of product)
      for (const bufferSize of [1, 2, 5])
        virtually((scheduler, { flush }) => {
          const naturals = new Naturals();
          let emitted = 0;
          let most = 0;
          const pool = unevenPool(options.workers);
          const pulled = function* (): Generator<number> {
            for (const n of naturals) {
              most = Math.max(most, naturals.reads - emitted);
              yield n;
            }
          };
          const result$ = parallel$((n: number) => n, pulled(), { ...options, pool, bufferSize }).pipe(
            tap(() => (emitted += 1)),
            take(20),
          );
          const notes = note(result$, scheduler);

          flush();
          expect(valuesOf(notes)).to.have.length(20);
          expect(most).to.be.at.most(bufferSize);
          const chunk = options.chunkSize === 3 && options.pause === 0 ? 3 : 1;
          expect(most).to.be.at.least(Math.min(bufferSize, options.workers * chunk));
        });

    for (const options of product)
      virtually((scheduler, { flush }) => {
        const emit = (overflow: 'buffer' | 'error'): readonly Note<unknown>[] => {
          const config = { ...options, pool: unevenPool(options.workers), bufferSize: 2, overflow };
          return note(from(ten).pipe(parallelMap((n) => n, config)), scheduler);
        };
        const [queued, failed] = [emit('buffer'), emit('error')];

        flush();
        expect(valuesOf(queued)).to.have.length(10);
        expect(failed).to.have.length(1);
        expect(failed[0]).to.deep.include({ frame: 0, kind: 'error' });
        expect(failed[0]?.error).to.be.instanceOf(RangeError);
      });
  });

  it('39. workers: 1 equals concatMap, and the serial pool equals map with an index, for synchronous tasks', () => {
    for (const ordered of [false, true])
      for (const chunkSize of [1, 3, 'auto'] as const)
        virtually((scheduler, { flush }) => {
          const config = { pool: unevenPool(1), ordered, chunkSize };
          const notes = note(from(ten).pipe(parallelMap(failing, config), errorsInBrief()), scheduler);
          const plain$ = from(ten).pipe(
            concatMap((n, index) => timer(uneven(n)).pipe(map(() => [index, failing(n)] as const))),
          );
          const plain = note(plain$, scheduler);

          flush();
          expect(notes.slice(0, -1)).to.deep.equal(plain.slice(0, -1));
          expect(notes.at(-1)).to.deep.include({ kind: 'error', frame: plain.at(-1)?.frame });

          const serial = record(from(ten).pipe(parallelMap((n) => n * 10, { workers: 0, ordered, chunkSize })));
          const mapped = record(from(ten).pipe(map((n, index) => [index, n * 10])));
          expect(serial.values).to.deep.equal(mapped.values);
          expect(serial.completions).to.equal(1);
        });
  });

  it('40. partitionBy: one at a time per key, in order; other keys are not held up by a slow one', () => {
    for (const options of product.filter(({ onError }) => onError !== 'throw'))
      virtually((scheduler, { flush }) => {
        const starts: { readonly n: number; readonly at: number }[] = [];
        const pool = new VirtualPool({
          workers: options.workers,
          duration: (n: number) => {
            starts.push({ n, at: scheduler.now() });
            return n === 0 ? 50 : uneven(n);
          },
        });
        const notes = note(
          from(ten).pipe(parallelMap(failing, { ...options, pool, partitionBy: (n) => n % 3 })),
          scheduler,
        );

        flush();
        expect(valuesOf(notes)).to.have.length(options.onError === 'skip' ? 8 : 10);
        for (const key of [0, 1, 2]) {
          const own = starts.filter(({ n }) => n % 3 === key);
          expect(own.map(({ n }) => n)).to.deep.equal(ten.filter((n) => n % 3 === key));
          for (const [k, { at }] of own.slice(1).entries()) {
            const { n, at: before } = own[k] as { n: number; at: number };
            expect(at).to.be.at.least(before + (n === 0 ? 50 : uneven(n)));
          }
        }
        const last = (n: number): number => starts.find((start) => start.n === n)?.at ?? NaN;
        if (options.workers > 1) for (const n of [7, 8]) expect(last(n)).to.be.below(50);
      });
  });

  it('41. pause: starts are at least that far apart, the first at once, none after a cancel, and nothing is waited for after the last', () => {
    for (const options of product.filter(({ pause }) => pause > 0))
      virtually((scheduler, { flush }) => {
        const pool = unevenPool(options.workers);
        const notes = note(from(ten).pipe(parallelMap((n) => n, { ...options, pool })), scheduler);
        const left = unevenPool(options.workers);
        note(
          from(ten).pipe(
            parallelMap((n) => n, { ...options, pool: left }),
            take(1),
          ),
          scheduler,
        );

        flush();
        expect(left.runs).to.have.length(1);
        const starts = pool.runs.map(({ subscribedFrame }) => subscribedFrame);
        expect(starts[0]).to.equal(0);
        expect(starts.slice(1).every((start, n) => start - (starts[n] ?? NaN) >= 2)).to.equal(true);
        const lastEnd = Math.max(...pool.runs.map(({ unsubscribedFrame }) => unsubscribedFrame));
        expect(notes.at(-1)).to.deep.equal({ frame: lastEnd, kind: 'complete' });
      });
  });

  it('42. timeout counts from the start of the item, and its worker is used again at once in virtual time', () => {
    for (const options of product.filter(({ onError, pause }) => onError !== 'throw' && pause === 0))
      virtually((scheduler, { flush }) => {
        const pool = new VirtualPool({ workers: 1, duration: (n: number) => (n % 2 === 0 ? 3 : 9) });
        const notes = note(from([0, 1, 2, 3]).pipe(parallelMap((n) => n, { ...options, pool, timeout: 5 })), scheduler);

        flush();
        expect(pool.runs.map((run) => [run.subscribedFrame, run.unsubscribedFrame])).to.deep.equal([
          [0, 3],
          [3, 8],
          [8, 11],
          [11, 16],
        ]);
        const late = (n: number): readonly unknown[] => [n, TaskTimeoutError];
        const said = valuesOf(notes).map(([n, result]) => [
          n,
          result instanceof TaskTimeoutError ? TaskTimeoutError : result,
        ]);
        expect(said).to.deep.equal(
          options.onError === 'skip'
            ? [
                [0, 0],
                [2, 2],
              ]
            : [[0, 0], late(1), [2, 2], late(3)],
        );
        expect(notes.at(-1)).to.deep.equal({ frame: 16, kind: 'complete' });
      });
  });

  it('43. retry keeps the index, obeys count and delay, frees the worker while waiting, and is cancelled by unsubscribe', () => {
    for (const options of product.filter(({ pause }) => pause === 0))
      virtually((scheduler, { flush }) => {
        const tries: (readonly [n: number, attempt: number, frame: number])[] = [];
        const pool = new VirtualPool({
          workers: 1,
          duration: 2,
          run: (_task, n: number, attempt) => {
            tries.push([n, attempt, scheduler.now()]);
            if (n === 0 && attempt < 3) throw new RangeError('not yet');
            return n * 10;
          },
        });
        const config = { ...options, pool, retry: { count: 2, delay: 3 } };
        const notes = note(from([0, 1]).pipe(parallelMap((n) => n, config)), scheduler);
        const leftPool = new VirtualPool({ workers: 1, duration: 2, run: refuse });
        const left = from([0])
          .pipe(parallelMap((n) => n, { ...config, pool: leftPool }))
          .subscribe({ error: () => undefined });
        const spent = new VirtualPool({ workers: 1, duration: 2, run: refuse });
        const refused = note(of('a').pipe(parallelMap(upper, { ...config, pool: spent }), errorsInBrief()), scheduler);
        scheduler.schedule(() => {
          left.unsubscribe();
        }, 4);

        flush();
        // 0 fails in frame 2, and 1 runs meanwhile; in chunks of both, 1 begins in frame 2 as well.
        expect(tries).to.deep.equal([
          [0, 1, 0],
          [1, 1, 2],
          [0, 2, 5],
          [0, 3, 10],
        ]);
        expect(valuesOf(notes).toSorted(([a], [b]) => a - b)).to.deep.equal([
          [0, 0],
          [1, 10],
        ]);
        expect(notes.at(-1)).to.deep.equal({ frame: 12, kind: 'complete' });
        // Left in frame 4, while it waits for frame 5.
        expect(leftPool.runs).to.have.length(1);
        expect(spent.runs.map(({ subscribedFrame }) => subscribedFrame)).to.deep.equal([0, 5, 10]);
        expect(refused.at(-1)).to.include({ frame: 12, kind: options.onError === 'throw' ? 'error' : 'complete' });
        for (const [, error] of valuesOf(refused) as unknown as [number, ParallelError][])
          expect(error).to.be.instanceOf(TaskError).and.include({ index: 0, attempts: 3 });
        expect(scheduler.actions).to.deep.equal([]);
      });
  });

  it('44. a crash leaves other running items alone; crashRetries at most, then a typed error; a poison item cannot eat the pool', () => {
    for (const options of product)
      for (const crashRetries of [0, 1, 3])
        virtually((scheduler, { flush }) => {
          const poison = 4;
          const tries: number[] = [];
          const pool = new VirtualPool({
            workers: options.workers,
            marble: (n: number, attempt: number) => {
              if (n === poison) tries.push(attempt);
              return n === poison ? '-x' : `--(${String(n)}|)`;
            },
            crash: 1,
          });
          const config = { ...options, pool, crashRetries };
          const notes = note(
            from(ten).pipe(
              parallelMap((n) => n, config),
              map(briefly),
              errorsInBrief(),
            ),
            scheduler,
          );

          flush();
          const error = `WorkerCrashError at ${String(poison)}: undefined`;
          expect(tries).to.deep.equal(Array.from({ length: crashRetries + 1 }, (_, n) => n + 1));
          if (options.onError === 'throw') expect(notes.at(-1)).to.include({ kind: 'error', error });
          else {
            const others = ten.map((n) => [n, n === poison ? error : String(n)]);
            const said = others.filter(([n]) => n !== poison || options.onError === 'return');
            expect(sorted(valuesOf(notes))).to.deep.equal(said);
            expect(pool.runs).to.have.length(10 + crashRetries);
          }
        });
  });

  it('45. chunking changes no result, index or error: a throw in item 2 neither loses 1 nor skips 3', async () => {
    for (const onError of ['return', 'skip', 'throw'] as const)
      for (const workers of [1, 2, 4]) {
        const results = new Set<string>();
        for (const chunkSize of [1, 2, 3, 10, 'auto'] as const) {
          const config = { onError, chunkSize, ordered: true };
          virtually((scheduler, { flush }) => {
            const pool = unevenPool(workers);
            const notes = note(
              from(ten).pipe(parallelMap(failing, { ...config, pool }), map(briefly), errorsInBrief()),
              scheduler,
            );
            flush();
            results.add(JSON.stringify(notes.map(({ value, error, kind }) => [value ?? error, kind])));
          });
          for (const task of [failing, async (n: number) => Promise.resolve(failing(n))]) {
            const local: unknown[] = [];
            const ends$ = from(ten).pipe(
              parallelMap(task, { ...config, workers, pool: 'local' }),
              map(briefly),
              materialize(),
              map(({ kind, value, error }) => [kind === 'E' ? inBrief(error) : value, kind] as const),
              tap(([value, kind]) => {
                if (kind === 'C') local.push([undefined, 'complete']);
                else local.push([value, kind === 'E' ? 'error' : 'next']);
              }),
            );
            await lastValueFrom(ends$);
            results.add(JSON.stringify(local));
          }
        }
        expect([...results]).to.have.length(1);
      }
  });

  it("46. a generator's yields keep their order, none is lost at the end, and early unsubscribe runs its finally", () => {
    for (const options of product)
      for (const local of [false, true])
        virtually((scheduler, { flush }) => {
          let begins = 0;
          let ends = 0;
          const task = function* (n: number): Generator<number> {
            begins += 1;
            try {
              for (let step = 0; step < n; step += 1) yield step;
            } finally {
              ends += 1;
            }
          };
          const pool = local
            ? new LocalPool({ workers: options.workers })
            : new VirtualPool({ workers: options.workers, duration: uneven });
          const result$ = from([3, 0, 1, 4]).pipe(parallelMap(task, { ...options, pool }));
          const all = note(result$, scheduler);

          flush();
          expect(sorted(valuesOf(all))).to.deep.equal([
            ...[0, 1, 2].map((step) => [0, step]),
            [2, 0],
            ...[0, 1, 2, 3].map((step) => [3, step]),
          ]);
          expect([begins, ends]).to.deep.equal([4, 4]);
          note(result$.pipe(take(2)), scheduler);
          flush();
          expect(begins).to.be.greaterThan(4);
          expect(ends).to.equal(begins);
        });
  });

  it('47. an uncloneable item or result is an error of that index; transferred buffers are detached here and arrive there', () => {
    virtually((scheduler, { flush }) => {
      const pool = new VirtualPool({ workers: 2, duration: 1 });
      const items: unknown[] = [1, () => 2, 3, 4];
      const task = (item: unknown): unknown => (item === 3 ? () => item : item);
      for (const options of product.filter(({ onError }) => onError === 'return')) {
        const notes = note(from(items).pipe(parallelMap(task, { ...options, pool })), scheduler);

        flush();
        expect(
          sorted(valuesOf(notes).map(([n, result]) => [n, result instanceof TaskCloneError ? result.index : result])),
        ).to.deep.equal([
          [0, 1],
          [1, 1],
          [2, 2],
          [3, 4],
        ]);
      }
    });
    virtually((scheduler, { flush }) => {
      const pool = new VirtualPool({ workers: 1, duration: 1 });
      const bytes = Uint8Array.of(1, 2, 3);
      const sum = (all: Uint8Array): number => all.reduce((a, b) => a + b, 0);
      const notes = note(of(bytes).pipe(parallelMap(sum, { pool, transfer: ({ buffer }) => [buffer] })), scheduler);

      flush();
      expect(valuesOf(notes)).to.deep.equal([[0, 6]]);
      expect(bytes.byteLength).to.equal(0);
    });
  });
});

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
  }).timeout(20_000);

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
