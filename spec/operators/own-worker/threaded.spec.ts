import { expect } from 'chai';
import { isObservable, map, type Observable } from 'rxjs';
import { inOwnWorker$ } from '../../../src/operators/own-worker/inOwnWorker.ts';
import { threaded$ } from '../../../src/operators/own-worker/threaded.ts';
import { VirtualPool } from '../../../src/testing/VirtualPool.ts';
import { marbles } from '../../support/marbles.ts';
import { errorsInBrief } from '../../support/virtual.ts';

const double = (n: number): number => n * 2;

/** What a call does, with a worker in virtual time; what it does with real ones is specified in pools/workers/workerPools.spec.ts. */
describe('threaded$', () => {
  const callOn$ = (pool: VirtualPool, task: unknown): Observable<unknown> =>
    inOwnWorker$(task, 'thread', 'spread', () => pool)([['a', '!']], 1).pipe(map(([, result]) => result));
  const shout = (letter: string, end: string): string => letter.toUpperCase() + end;

  it(
    'gives the result and completes, for each subscription by a worker of its own',
    marbles(({ expectObservable, expectSubscriptions }) => {
      const pool = new VirtualPool({ workers: 2, duration: 4 });
      const expected = '                  ----(A|)';
      const runs = ['                     ^---!', '-^---!'];
      const shouted = { A: 'A!' };

      expectObservable(callOn$(pool, shout)).toBe(expected, shouted);
      expectObservable(callOn$(pool, shout), '-^').toBe('-----(A|)', shouted);
      expectSubscriptions(pool.runs).toBe(runs);
    }),
  );

  it(
    "gives a generator's yields",
    marbles(({ expectObservable, expectSubscriptions }) => {
      const pool = new VirtualPool({ workers: 1, marble: '-a-b|', values: { a: 'A', b: 'B' } });

      expectObservable(callOn$(pool, shout)).toBe('-A-B|');
      expectSubscriptions(pool.runs).toBe(['              ^---!']);
    }),
  );

  it(
    'ends with what the function threw, and with the death of its worker, which starts once',
    marbles(({ expectObservable, expectSubscriptions }) => {
      const throwing = new VirtualPool({ workers: 1, duration: 2 });
      const dying = new VirtualPool({ workers: 1, marble: '---x' });
      const fail = (): never => {
        throw new RangeError('no');
      };
      const thrown$ = callOn$(throwing, fail).pipe(errorsInBrief());
      const died$ = callOn$(dying, shout).pipe(errorsInBrief());

      expectObservable(thrown$).toBe('           --#', undefined, 'TaskError at 0: RangeError: no');
      expectSubscriptions(throwing.runs).toBe(['^-!']);
      expectObservable(died$).toBe('            ---#', undefined, 'WorkerCrashError at 0: undefined');
      expectSubscriptions(dying.runs).toBe(['   ^--!']);
    }),
  );

  it(
    'stops on unsubscribe',
    marbles(({ expectObservable, expectSubscriptions }) => {
      const pool = new VirtualPool({ workers: 1, duration: 9 });

      expectObservable(callOn$(pool, shout), '^--!').toBe('-');
      expectSubscriptions(pool.runs).toBe(['    ^--!']);
    }),
  );

  it('makes a function of Observables, which starts nothing by itself', () => {
    const threadedDouble$ = threaded$(double);

    expect(isObservable(threadedDouble$(1))).to.equal(true);
    expect(threadedDouble$(1)).to.not.equal(threadedDouble$(1));
  });

  it('refuses what is no task, at the call', () => {
    expect(() => threaded$(5 as never)).to.throw(TypeError, 'task must be a function or come from tasks(...), not 5');
    expect(() => threaded$(undefined as never)).to.throw(TypeError, 'task must be a function');
  });

  it('refuses a function without source text at the call', () => {
    expect(() => threaded$(Math.sqrt)).to.throw(TypeError, 'a native or bound function has no source text');
    expect(() => threaded$(double.bind(undefined), { process: true })).to.throw(
      TypeError,
      'a native or bound function',
    );
  });

  it('refuses options at the call', () => {
    expect(() => threaded$(double, { process: 1 } as never)).to.throw(
      TypeError,
      'process must be true or false, not 1',
    );
    expect(() => threaded$(double, { daemon: 'yes' } as never)).to.throw(
      TypeError,
      'daemon must be true or false, not "yes"',
    );
    expect(() => threaded$(double, { proces: true } as never)).to.throw(
      TypeError,
      'there is no option proces; the options are process',
    );
    expect(() => threaded$(double, null as never)).to.throw(TypeError, 'the options must be an object, not null');
    expect(() => threaded$(double, true as never)).to.throw(TypeError, 'the options must be an object, not true');
  });

  it('takes undefined for an option that is not given', () => {
    expect(() => threaded$(double, { process: undefined } as never)).not.to.throw();
  });
});
