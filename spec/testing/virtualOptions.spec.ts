import { expect } from 'chai';
import {
  catchError,
  from,
  interval,
  map,
  merge,
  switchMap,
  take,
  tap,
  throwError,
  timer,
  VirtualTimeScheduler,
  type Observable,
} from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import type { ParallelConfig } from '../../src/operators/config/ParallelConfig.ts';
import { parallelMap } from '../../src/operators/parallelMap.ts';
import { parallel$ } from '../../src/operators/parallelObservable.ts';
import { VirtualPool } from '../../src/testing/VirtualPool.ts';
import { ParallelError } from '../../src/tasks/errors/errors.ts';
import { marbles } from '../support/marbles.ts';
import { record } from '../support/record.ts';
import { letterPool, upper } from '../support/virtual.ts';
import { virtually } from '../support/virtually.ts';

/** `a` takes long, `b` fails in its first try, and `c` loses its worker in its first. */
const DIAGRAMS: Readonly<Record<string, readonly string[]>> = {
  a: ['----(A|)'],
  b: ['-#', '-(B|)'],
  c: ['--x', '----(C|)'],
  d: ['------(D|)'],
  e: ['-(E|)'],
};

const marble = (letter: string, attempt: number): string => DIAGRAMS[letter]?.[attempt - 1] ?? '';

/** The result of an item, or its letter where it failed. */
const lettersOnly = map(([index, result]: readonly [number, unknown]) =>
  result instanceof ParallelError ? 'abcd'.charAt(index) : result,
);

/** Fails as `#` does. */
const plainly = catchError((): Observable<never> => throwError((): unknown => 'error'));

interface Case {
  readonly slots?: number;
  readonly options?: ParallelConfig<string>;
  readonly expected: string;
  readonly runs: readonly string[];
}

const cases: Readonly<Record<string, Case>> = {
  'no option': {
    expected: '-b--A---C--D',
    runs: ['^---!', '^!', '-^-!', '----^---!', '-----^-----!'],
  },
  workers: {
    options: { workers: 1 },
    expected: '----Ab-----C-----D',
    runs: ['^---!', '----^!', '-----^-!', '-------^---!', '-----------^-----!'],
  },
  'a pool of one, whose place is gone for a while': {
    slots: 1,
    expected: '----Ab-------C-----D',
    runs: ['^---!', '----^!', '-----^-!', '---------^---!', '-------------^-----!'],
  },
  ordered: {
    options: { ordered: true },
    expected: '----(Ab)C--D',
    runs: ['^---!', '^!', '-^-!', '----^---!', '-----^-----!'],
  },
  bufferSize: {
    options: { bufferSize: 2, ordered: true },
    slots: 4,
    expected: '----(Ab)--(CD)',
    runs: ['^---!', '^!', '----^-!', '----^-----!', '------^---!'],
  },
  pause: {
    options: { pause: 3 },
    expected: '----(Ab)-------DC',
    runs: ['^---!', '---^!', '------^-!', '---------^-----!', '------------^---!'],
  },
  timeout: {
    options: { timeout: 3 },
    expected: '-b-a--d-c',
    runs: ['^--!', '^!', '-^-!', '---^--!', '-----^--!'],
  },
  retry: {
    options: { retry: 1 },
    expected: '--B-A-----(DC)',
    runs: ['^---!', '^!', '-^!', '--^-!', '----^-----!', '------^---!'],
  },
  'retry.delay': {
    options: { retry: { count: 1, delay: 5 } },
    expected: '----A---CB-D',
    runs: ['^---!', '^!', '-^-!', '----^---!', '-----^-----!', '--------^!'],
  },
  crashRetries: {
    options: { crashRetries: 0 },
    expected: '-b-cA-----D',
    runs: ['^---!', '^!', '-^-!', '----^-----!'],
  },
  partitionBy: {
    options: { partitionBy: (letter) => letter < 'c' },
    slots: 4,
    expected: '----AbC-----D',
    runs: ['^---!', '^-!', '--^---!', '----^!', '------^-----!'],
  },
  "onError: 'skip'": {
    options: { onError: 'skip' },
    expected: '----A---C--D',
    runs: ['^---!', '^!', '-^-!', '----^---!', '-----^-----!'],
  },
  "onError: 'throw'": {
    options: { onError: 'throw' },
    expected: '-#',
    runs: ['   ^!', '^!'],
  },
  "onError: 'throw', ordered": {
    options: { onError: 'throw', ordered: true },
    expected: '----(A#)',
    runs: ['   ^---!', '^!'],
  },
};

describe('VirtualPool, to the frame', () => {
  for (const [name, { options, slots: places = 2, expected, runs }] of Object.entries(cases))
    it(
      `with ${name}`,
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const pool = new VirtualPool({ workers: places, marble, crash: 2 });
        const source$ = cold('(abcd)');
        const results$ = source$.pipe(parallelMap(upper, { pool, onError: 'return', ...options }), lettersOnly);

        expectObservable(results$.pipe(plainly)).toBe(expected);
        expectSubscriptions(pool.runs).toBe([...runs]);
      }),
    );

  it(
    'with chunkSize, whose items go one after the other',
    marbles(({ expectObservable, expectSubscriptions }) => {
      const pool = new VirtualPool({ workers: 2, marble, crash: 2 });
      const config = { pool, chunkSize: 3, onError: 'return' } as const;

      expectObservable(parallel$(upper, 'abcd', config).pipe(lettersOnly)).toBe('----AbD----(C|)');
      expectSubscriptions(pool.runs).toBe(['^---!', '^-----!', '----^!', '-----^-!', '-------^---!']);
    }),
  );

  it(
    'with a cancel, by unsubscribe and by signal, which frees the places in the same frame',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const pool = new VirtualPool({ workers: 2, marble, crash: 2 });
      const controller = new AbortController();
      const { signal } = controller;
      const abort = tap(() => {
        controller.abort('enough');
      });

      expectObservable(hot('ab').pipe(parallelMap(upper, { pool, onError: 'skip' })), '^--!').toBe('-');
      expectObservable(hot('---ea').pipe(parallelMap(upper, { pool, signal }), lettersOnly)).toBe(
        '----E-#',
        undefined,
        'enough',
      );
      expectObservable(hot('------z').pipe(abort)).toBe('------z');
      expectSubscriptions(pool.runs).toBe(['^--!', '-^!', '---^!', '----^-!']);
    }),
  );

  it(
    'with a cancel by switchMap, which leaves no place behind',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const pool = new VirtualPool({ workers: 2, marble });
      const source$ = hot('  -p--q-----|', { p: 'ae', q: 'ea' });
      const expected = '     --E--E--A-|';
      const runs = ['        -^--!', '-^!', '----^!', '----^---!'];
      const switched$ = source$.pipe(switchMap((letters) => parallel$(upper, letters, { pool })));

      expectObservable(switched$.pipe(lettersOnly)).toBe(expected);
      expectSubscriptions(pool.runs).toBe(runs);
    }),
  );

  it('leaves nothing on the scheduler, whatever the option', () => {
    for (const { options, slots: places = 2 } of Object.values(cases))
      virtually((scheduler, { flush }) => {
        const pool = new VirtualPool({ workers: places, marble, crash: 2 });
        record(from('abcd').pipe(parallelMap(upper, { pool, onError: 'return', ...options })));

        flush();
        expect(scheduler.actions).to.deep.equal([]);
      });
  });
});

describe('VirtualPool, in one frame', () => {
  it(
    'gives the result first of the task that has started first',
    marbles(({ cold, expectObservable }) => {
      const pool = letterPool(3, { a: 5, b: 3, c: 1 });

      expectObservable(cold('a-b-c|').pipe(parallelMap(upper, { pool }), lettersOnly)).toBe('-----(ABC|)');
    }),
  );

  it(
    'has a result before its timeout',
    marbles(({ cold, expectObservable }) => {
      const config = { pool: letterPool(1, { a: 3 }), timeout: 3 };

      expectObservable(cold('(a|)').pipe(parallelMap(upper, config), lettersOnly)).toBe('---(A|)');
    }),
  );

  it(
    "has an interval's value before the result of a task that has started since",
    marbles(({ expectObservable }) => {
      const pool = new VirtualPool({ workers: 2, duration: 3 });
      const ticks$ = interval(2).pipe(
        take(2),
        map(() => 't'),
      );
      const results$ = timer(1).pipe(
        map(() => 'a'),
        parallelMap(upper, { pool }),
        lettersOnly,
      );

      expectObservable(merge(ticks$, results$)).toBe('--t-(tA|)');
      expectObservable(merge(results$, ticks$)).toBe('--t-(tA|)');
    }),
  );
});

describe('VirtualPool, with a scheduler of its own', () => {
  it('takes all its time from it: durations, crashes, pause, timeout and the delay of retries', () => {
    const scheduler = new VirtualTimeScheduler();
    // Outside TestScheduler.run a character is 10 ms.
    const diagrams: Readonly<Record<string, string>> = { a: '-----', b: '-#', c: '-x' };
    const pool = new VirtualPool({
      workers: 2,
      marble: (letter: string, attempt) => (attempt === 1 ? diagrams[letter] : undefined) ?? `-(${upper(letter)}|)`,
      crash: 20,
    });
    const options = { pool, scheduler, pause: 5, timeout: 30, retry: { count: 1, delay: 7 } };
    const notes: unknown[] = [];
    from('abc')
      .pipe(parallelMap(upper, options), lettersOnly)
      .subscribe({
        next: (letter) => notes.push([letter, scheduler.now()]),
        complete: () => notes.push(['|', scheduler.now()]),
      });

    expect(notes).to.deep.equal([]);
    scheduler.flush();
    expect(notes).to.deep.equal([
      ['B', 40],
      ['C', 50],
      ['A', 55],
      ['|', 55],
    ]);
    expect(
      pool.runs.map(({ subscribedFrame, unsubscribedFrame }) => [subscribedFrame, unsubscribedFrame]),
    ).to.deep.equal([
      [0, 30],
      [5, 15],
      [15, 25],
      [30, 40],
      [40, 50],
      [45, 55],
    ]);
  });

  it('goes by the frames of a TestScheduler that is flushed by hand, of 10 ms each', () => {
    const scheduler = new TestScheduler((actual, expected) => {
      expect(actual).to.deep.equal(expected);
    });
    const pool = new VirtualPool({ workers: 2, marble, crash: 20 });
    const source$ = scheduler.createHotObservable('-abce---|');
    const options = { pool, scheduler, onError: 'return' } as const;

    scheduler.expectObservable(source$.pipe(parallelMap(upper, options), lettersOnly)).toBe('---b-AE---(C|)');
    scheduler.expectSubscriptions(pool.runs).toBe(['-^---!', '--^!', '---^-!', '-----^!', '------^---!']);
    scheduler.flush();
  });
});
