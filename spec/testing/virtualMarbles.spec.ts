import { expect } from 'chai';
import { map, of, type OperatorFunction } from 'rxjs';
import type { Indexed } from '../../src/flow/Indexed.ts';
import { parallelGen } from '../../src/operators/parallelGen.ts';
import { parallelIterable } from '../../src/operators/parallelIterable.ts';
import { parallelMap } from '../../src/operators/parallelMap.ts';
import { parallel$ } from '../../src/operators/parallelObservable.ts';
import { VirtualPool, type VirtualMarbles } from '../../src/testing/VirtualPool.ts';
import { ParallelError, TaskCloneError, TaskError, WorkerCrashError } from '../../src/tasks/errors/errors.ts';
import { tasks } from '../../src/tasks/tasks.ts';
import { marbles } from '../support/marbles.ts';
import { record } from '../support/record.ts';
import { errorsInBrief, inBrief, upper } from '../support/virtual.ts';
import { virtually } from '../support/virtually.ts';

const { double } = tasks<{ double: (n: number) => number }>(new URL('../support/tasks.ts', import.meta.url));

/** A pool that runs each item as its diagram says. */
const drawn = (
  workers: number,
  diagrams: Readonly<Record<string, string | readonly string[]>>,
  config: Omit<VirtualMarbles, 'workers' | 'marble'> = {},
): VirtualPool =>
  new VirtualPool({
    ...config,
    workers,
    marble: (letter: string, attempt) => {
      const diagram = diagrams[letter] ?? '';
      return typeof diagram === 'string' ? diagram : (diagram[attempt - 1] ?? '');
    },
  });

/** Results without their indices, and errors in brief, so that diagrams can name them. */
const results = (): OperatorFunction<Indexed<unknown>, unknown> =>
  map(([, result]) => (result instanceof ParallelError ? inBrief(result) : result));

const CRASHED = 'WorkerCrashError at 0: undefined';

describe('VirtualPool, by diagrams', () => {
  it(
    'gives a result when it is drawn, and the place back at the end',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const pool = drawn(1, { a: '--r---|', b: '-(s|)' });
      const source$ = hot('-ab-|');
      const expected = '   ---r----(s|)';
      const runs = ['      -^-----!', '-------^!'];

      expectObservable(source$.pipe(parallelMap(upper, { pool }), results())).toBe(expected);
      expectSubscriptions(pool.runs).toBe(runs);
    }),
  );

  it(
    'frees the place in its frame, before what comes later in that frame',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const pool = drawn(2, { a: '---(r|)', b: ['--x', '-(s|)'], c: '-(t|)' }, { crash: 9 });
      const source$ = hot('-abc|');
      const expected = '   ----rt(s|)';
      const runs = ['      -^--!', '--^-!', '----^!', '-----^!'];

      expectObservable(source$.pipe(parallelMap(upper, { pool }), results())).toBe(expected);
      expectSubscriptions(pool.runs).toBe(runs);
    }),
  );

  it(
    'lets nothing come between what is drawn in one frame',
    marbles(({ cold, expectObservable }) => {
      const pool = drawn(2, { a: '--(pq|)', b: '--(s|)' });

      expectObservable(cold('(ab|)').pipe(parallelMap(upper, { pool }), results())).toBe('--(pqs|)');
    }),
  );

  it('says nothing before the time of its scheduler goes on, whatever is drawn at the start', () => {
    virtually((_scheduler, { flush }) => {
      const pool = drawn(3, { a: '(r|)', b: '(pq|)', c: '#' });
      const run$ = of('a', 'b', 'c').pipe(parallelMap(upper, { pool, onError: 'return' }), results());
      const { values } = record(run$);

      expect(values).to.deep.equal([]);
      flush();
      expect(values).to.deep.equal(['r', 'p', 'q', 'TaskError at 2: error']);
    });
  });

  it(
    'takes one diagram for all items, with spaces and times as those of a test',
    marbles(({ hot, expectObservable }) => {
      const pool = new VirtualPool({ workers: 2, marble: ' 2s (r|)' });

      expectObservable(hot('a-b|').pipe(parallelMap(upper, { pool }), results())).toBe('2s r-(r|)');
    }),
  );

  it(
    'calls no task, which may come from a module or be async',
    marbles(({ cold, expectObservable }) => {
      const pool = new VirtualPool({ workers: 2, marble: '-(r|)' });
      const later = async (): Promise<never> => Promise.reject(new Error('called'));

      expectObservable(cold('(n|)', { n: 4 }).pipe(parallelMap(double, { pool }), results())).toBe('-(r|)');
      expectObservable(cold('(a|)').pipe(parallelMap(later, { pool }), results())).toBe('-(r|)');
    }),
  );

  it('gives the values that letters stand for, copied, and the error of #', () => {
    virtually((_scheduler, { flush }) => {
      const values = { r: { list: [1] }, f: () => 0 };
      const pool = drawn(1, { a: '-(r|)', b: '-(f|)', c: '-#' }, { values, error: 0 });
      const seen = record(of('a', 'b', 'c').pipe(parallelMap(upper, { pool, onError: 'return' }))).values;

      flush();
      const [[, copied], [, unsendable], [, thrown]] = seen as [Indexed<unknown>, Indexed<unknown>, Indexed<unknown>];
      expect(copied).to.deep.equal(values.r);
      expect(copied).not.to.equal(values.r);
      expect(unsendable).to.be.instanceOf(TaskCloneError);
      expect(thrown).to.be.instanceOf(TaskError).with.property('cause', 0);
    });
  });

  it(
    'throws what RxJS throws where no error is given',
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('a').pipe(parallelMap(upper, { pool: drawn(1, { a: '--#' }) }), errorsInBrief())).toBe(
        '--#',
        undefined,
        'TaskError at 0: error',
      );
    }),
  );

  it(
    'hangs where no end is drawn, and flush ends all the same',
    marbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const pool = drawn(1, { a: '---' });

      expectObservable(cold('(ab|)').pipe(parallelMap(upper, { pool }), results())).toBe('-');
      flush();
      expectSubscriptions(pool.runs).toBe('^');
    }),
  );

  it(
    'is asked for the diagram with item and attempt',
    marbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const asked: unknown[] = [];
      const marble = (letter: string, attempt: number): string => {
        asked.push([letter, attempt]);
        return attempt === 1 ? '--#' : '-(r|)';
      };
      const pool = new VirtualPool({ workers: 1, marble });

      expectObservable(cold('(ab|)').pipe(parallelMap(upper, { pool, retry: 1 }), results())).toBe('---r--(r|)');
      flush();
      expect(asked).to.deep.equal([
        ['a', 1],
        ['a', 2],
        ['b', 1],
        ['b', 2],
      ]);
      expectSubscriptions(pool.runs).toBe(['^-!', '--^!', '---^-!', '-----^!']);
    }),
  );

  for (const [diagram, error] of [
    ['-r!', 'Error: conventional marble diagrams cannot have the unsubscription marker "!"'],
    ['-^-r|', 'TypeError: the diagram of a run begins with its start: "-^-r|" must not have a "^"'],
    [5, 'TypeError: marble must give a diagram, not 5'],
  ] as const)
    it(
      `fails the run, whatever onError says, where a diagram is none: ${String(diagram)}`,
      marbles(({ cold, expectObservable }) => {
        const pool = new VirtualPool({ workers: 1, marble: () => diagram as string });
        const results$ = cold('-a|').pipe(parallelMap(upper, { pool, onError: 'skip' }));

        expectObservable(results$.pipe(errorsInBrief())).toBe('-#', undefined, error);
      }),
    );

  describe('a generator', () => {
    it(
      'yields as it is drawn, and ends at its end',
      marbles(({ hot, expectObservable, expectSubscriptions }) => {
        const pool = drawn(1, { a: '--p-(qr)-|', b: '-s-|', c: '--|' });
        // A group takes as many frames as it has characters.
        const source$ = hot('-abc|');
        const expected = '   ---p-(qr)--s---|';
        const runs = ['      -^--------!', '----------^--!', '-------------^-!'];

        expectObservable(source$.pipe(parallelMap(upper, { pool }), results())).toBe(expected);
        expectSubscriptions(pool.runs).toBe(runs);
      }),
    );

    it(
      'that fails or crashes after its first yield is not run again',
      marbles(({ cold, expectObservable }) => {
        const pool = drawn(1, { a: '-p-#', b: '-p-x' });
        const config = { pool, retry: 3, crashRetries: 3, onError: 'return' } as const;

        expectObservable(cold('(ab|)').pipe(parallelMap(upper, config), results())).toBe('-p-ep-(f|)', {
          p: 'p',
          e: 'TaskError at 0: error',
          f: 'WorkerCrashError at 1: undefined',
        });
      }),
    );

    it('is held up while its consumer takes nothing', () => {
      virtually((scheduler, { flush }) => {
        const pool = new VirtualPool({ workers: 1, marble: '-p-q-r-|' });
        const iterator = parallelIterable(upper, ['a'], { pool });

        void iterator.next();
        flush();
        expect(pool.runs).to.deep.equal([{ subscribedFrame: 0, unsubscribedFrame: Infinity }]);
        expect(scheduler.actions).to.deep.equal([]);
      });
    });

    it('is what has to wait for its consumer, and not a task that throws', () => {
      virtually((_scheduler, { flush }) => {
        const pool = drawn(1, { a: '-(p|)', b: '-(q|)', c: '--#' });
        const iterator = parallelIterable(upper, ['a', 'b', 'c'], { pool, onError: 'return' });

        void iterator.next();
        flush();
        expect(pool.runs).to.deep.equal([
          { subscribedFrame: 0, unsubscribedFrame: 1 },
          { subscribedFrame: 1, unsubscribedFrame: 2 },
          { subscribedFrame: 2, unsubscribedFrame: 4 },
        ]);
      });
    });

    it(
      'is what yields once and then hangs',
      marbles(({ cold, expectObservable }) => {
        const config = { pool: drawn(1, { a: '-p' }), timeout: 3, onError: 'return' } as const;

        expectObservable(cold('(a|)').pipe(parallelMap(upper, config), results())).toBe('-p--(l|)', {
          p: 'p',
          l: 'TaskTimeoutError at 0: undefined',
        });
      }),
    );

    it(
      'stands for a processor, whose letters are the results of its batch',
      marbles(({ cold, expectObservable }) => {
        const pool = new VirtualPool({
          workers: 1,
          marble: (batch: string[]) => (batch.length === 2 ? '-p-q|' : '-r|'),
        });
        const processor = function* (): Generator<string> {
          yield '';
        };

        expectObservable(cold('(abc|)').pipe(parallelGen(processor, { pool, batchSize: 2 }))).toBe('-p-q-r|', {
          p: [0, 'p'],
          q: [1, 'q'],
          r: [2, 'r'],
        });
      }),
    );
  });

  describe('a crash', () => {
    it(
      'is tried again at once, on a place that is there again at once',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const pool = drawn(1, { a: ['--x', '-(r|)'] });

        expectObservable(cold('(a|)').pipe(parallelMap(upper, { pool }), results())).toBe('---(r|)');
        expectSubscriptions(pool.runs).toBe(['^-!', '--^!']);
      }),
    );

    it(
      'takes the place away for as long as crash says',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const pool = drawn(1, { a: ['--x', '-(r|)'], b: '-(s|)' }, { crash: 3 });
        const source$ = cold('  (ab|)');
        const expected = '     ------r(s|)';
        const runs = ['        ^-!', '-----^!', '------^!'];

        expectObservable(source$.pipe(parallelMap(upper, { pool }), results())).toBe(expected);
        expectSubscriptions(pool.runs).toBe(runs);
      }),
    );

    it(
      'leaves the other places alone, one of which takes the item at once',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const pool = drawn(2, { a: ['--x', '-(r|)'], b: '-(s|)' }, { crash: 9 });
        const source$ = cold('  (ab|)');
        const expected = '     -s-(r|)';
        const runs = ['        ^-!', '^!', '--^!'];

        expectObservable(source$.pipe(parallelMap(upper, { pool }), results())).toBe(expected);
        expectSubscriptions(pool.runs).toBe(runs);
      }),
    );

    it('is of no account to a later test, whose clock begins again', () => {
      const pool = drawn(1, { a: '--x', b: '-(s|)' }, { crash: 9 });
      const crashing = parallelMap(upper, { pool, crashRetries: 0, onError: 'skip' });
      marbles(({ cold, expectObservable }) => {
        expectObservable(cold('(a|)').pipe(crashing)).toBe('--|');
      })();
      marbles(({ cold, expectObservable }) => {
        expectObservable(cold('(b|)').pipe(crashing, results())).toBe('-(s|)');
      })();
    });

    it(
      'comes as often as crashRetries allows, and is an error of its item then',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const pool = drawn(1, { a: '--x', b: '-(s|)' });
        const config = { pool, crashRetries: 2, onError: 'return' } as const;

        expectObservable(cold('(ab|)').pipe(parallelMap(upper, config), results())).toBe('------e(s|)', {
          e: CRASHED,
          s: 's',
        });
        expectSubscriptions(pool.runs).toBe(['^-!', '--^-!', '----^-!', '------^!']);
      }),
    );

    it('says so as the crash of a worker does', () => {
      virtually((_scheduler, { flush }) => {
        const { errors } = record(of('a').pipe(parallelMap(upper, { pool: drawn(1, { a: '-x' }), crashRetries: 0 })));

        flush();
        expect(errors[0]).to.be.instanceOf(WorkerCrashError);
        expect(errors[0]).to.include({
          message: 'a virtual worker died while it ran task upper on item 0: exit code 1',
          index: 0,
          item: 'a',
          attempts: 1,
          exitCode: 1,
        });
      });
    });

    it(
      'holds up the items of its chunk that come after it, and no other',
      marbles(({ expectObservable, expectSubscriptions }) => {
        const pool = drawn(2, { a: '-(r|)', b: '-x', c: '-(s|)', d: '-(t|)' }, { crash: 3 });
        const config = { pool, chunkSize: 3, crashRetries: 0, onError: 'skip' } as const;

        expectObservable(parallel$(upper, ['a', 'b', 'c', 'd'].values(), config).pipe(results())).toBe('-(rt)-(s|)');
        expectSubscriptions(pool.runs).toBe(['^!', '^!', '-^!', '-----^!']);
      }),
    );

    it(
      'takes a place away that others wait for, also after its own run is left',
      marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
        const pool = drawn(1, { a: '--x', b: '-(s|)' }, { crash: 6 });

        expectObservable(cold('(a|)').pipe(parallelMap(upper, { pool }), results()), '^---!').toBe('-');
        expectObservable(hot('-b|').pipe(parallelMap(upper, { pool }), results())).toBe('---------(s|)');
        expectSubscriptions(pool.runs).toBe(['^-!', '--------^!']);
      }),
    );

    it('leaves no timer to a pool that is closed', () => {
      virtually((scheduler, { flush }) => {
        const pool = drawn(1, { a: '--x' }, { crash: 50 });
        record(of('a').pipe(parallelMap(upper, { pool })));
        scheduler.schedule(() => void pool.close(), 5);
        scheduler.schedule(() => {
          expect(scheduler.actions.filter(({ closed }) => !closed)).to.deep.equal([]);
        }, 6);

        flush();
      });
    });
  });

  it(
    'is late where timeout says so: a result, a step of a generator, and what hangs',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const pool = drawn(1, { a: '----(r|)', b: '--pq----|', c: '---(s|)', d: '' });
      const config = { pool, timeout: 3, onError: 'return' } as const;
      const late = (index: number): string => `TaskTimeoutError at ${String(index)}: undefined`;

      expectObservable(cold('(abcd|)').pipe(parallelMap(upper, config), results())).toBe('---a-pq--b--s--(d|)', {
        a: late(0),
        b: late(1),
        d: late(3),
        p: 'p',
        q: 'q',
        s: 's',
      });
      expectSubscriptions(pool.runs).toBe(['^--!', '---^-----!', '---------^--!', '------------^--!']);
    }),
  );

  it(
    'emits nothing more of a diagram whose run is left',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const pool = drawn(1, { a: '-p-q-r-|' });

      expectObservable(cold('a').pipe(parallelMap(upper, { pool }), results()), '^---!').toBe('-p-q');
      expectSubscriptions(pool.runs).toBe('^---!');
    }),
  );

  it('copies the item, and moves what transfer names, as a worker would', () => {
    virtually((_scheduler, { flush }) => {
      const pool = new VirtualPool({ workers: 1, marble: '-(r|)' });
      const buffer = new ArrayBuffer(2);
      const unsendable = record(of(() => 0).pipe(parallelMap((one: unknown) => typeof one, { pool })));
      record(of(buffer).pipe(parallelMap((one: ArrayBuffer) => one.byteLength, { pool, transfer: (one) => [one] })));

      flush();
      expect(unsendable.errors[0]).to.be.instanceOf(TaskCloneError);
      expect(buffer.byteLength).to.equal(0);
    });
  });

  it('refuses bad options at the call', () => {
    const cases: [unknown, typeof TypeError | typeof RangeError, string][] = [
      [{ workers: 1, marble: 5 }, TypeError, 'marble must be a diagram or a function, not 5'],
      [{ workers: 1, marble: '-r|', duration: 5 }, TypeError, 'duration and marble exclude each other'],
      [{ workers: 1, marble: '-r|', run: () => 0 }, TypeError, 'run and marble exclude each other'],
      [{ workers: 1, marble: '-r|', crash: -1 }, RangeError, 'crash must be from 0'],
      [{ workers: 1, marble: '-r|', values: 5 }, TypeError, 'values must be an object, not 5'],
      [{ workers: 1, marble: '-r|', values: null }, TypeError, 'values must be an object, not null'],
      [{ workers: 1, duration: 1, crash: 1 }, TypeError, 'crash needs marble'],
      [{ workers: 1, duration: 1, values: {} }, TypeError, 'values needs marble'],
      [{ workers: 1, duration: 1, error: 'no' }, TypeError, 'error needs marble'],
    ];

    for (const [config, ErrorClass, message] of cases)
      expect(() => new VirtualPool(config as never), message).to.throw(ErrorClass, message);
  });

  it('takes undefined for an option that is not given', () => {
    const drawnOnly = { workers: 1, marble: '-r|', duration: undefined, values: undefined, crash: undefined };

    expect(() => new VirtualPool(drawnOnly as never)).not.to.throw();
    expect(
      () => new VirtualPool({ workers: 1, duration: 1, run: undefined, marble: undefined } as never),
    ).not.to.throw();
  });
});
