import { expect } from 'chai';
import { concat, EMPTY, from, NEVER, of, range, Subject, take, tap } from 'rxjs';
import { flatten } from '../../../src/util/rx/flatten.ts';
import { marbles } from '../../support/marbles.ts';
import { record } from '../../support/record.ts';

const letters = (word: string): readonly string[] => word.split('');

describe('flatten', () => {
  it(
    'emits the parts of each value in the frame of the value, and ends with its source',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold('-x----y-z-|', { x: 'abc', y: 'd', z: '' });
      const expected = '    -(abc)d---|';
      const sub = '         ^---------!';

      expectObservable(source$.pipe(flatten(letters))).toBe(expected);
      expectSubscriptions(source$.subscriptions).toBe(sub);
    }),
  );

  it(
    'is empty, endless or an error as its source is',
    marbles(({ cold, expectObservable }) => {
      expectObservable(EMPTY.pipe(flatten(letters))).toBe('|');
      expectObservable(NEVER.pipe(flatten(letters))).toBe('-');
      expectObservable(cold('--#').pipe(flatten(letters))).toBe('--#');
    }),
  );

  it('fails with what the parts throw, after the parts before', () => {
    const failing = function* (n: number): Generator<number> {
      yield n;
      throw new Error('no more');
    };
    const { values, errors } = record(of(1, 2).pipe(flatten(failing)));

    expect(values).to.deep.equal([1]);
    expect(errors.map(String)).to.deep.equal(['Error: no more']);
  });

  it('asks for no more parts than are wanted, and runs the finally of the rest', () => {
    const log: unknown[] = [];
    const endless = function* (): Generator<number> {
      try {
        for (let n = 0; ; n += 1) {
          log.push(n);
          yield n;
        }
      } finally {
        log.push('ended');
      }
    };

    expect(record(of('x').pipe(flatten(endless), take(2))).values).to.deep.equal([0, 1]);
    expect(log).to.deep.equal([0, 1, 'ended']);
  });

  it('lets a value that comes while a part is emitted wait, however many there are', () => {
    const source$ = new Subject<number>();
    const depths: number[] = [];
    let depth = 0;
    const { values } = record(
      source$.pipe(
        flatten((n) => [n, -n]),
        tap((n) => {
          depth += 1;
          depths.push(depth);
          if (n === 1) for (let next = 2; next <= 20_000; next += 1) source$.next(next);
          else if (n > 1 && n <= 20_000) source$.next(n + 20_000);
          depth -= 1;
        }),
      ),
    );

    source$.next(1);
    expect(values).to.have.length(2 * 39_999);
    expect(values.slice(0, 4)).to.deep.equal([1, -1, 2, -2]);
    expect(depths.every((n) => n === 1)).to.equal(true);
  });

  it('emits what waits when the source completes meanwhile, before it does', () => {
    const source$ = new Subject<string>();
    const result = record(
      source$.pipe(
        flatten(letters),
        tap((letter) => {
          if (letter !== 'a') return;
          source$.next('cd');
          source$.complete();
        }),
      ),
    );

    source$.next('x');
    source$.next('ab');
    expect(result).to.deep.include({ values: ['x', 'a', 'b', 'c', 'd'], completions: 1 });
  });

  it('fails at once when the source does meanwhile', () => {
    const source$ = new Subject<string>();
    const { values, errors } = record(
      source$.pipe(
        flatten(letters),
        tap((letter) => {
          if (letter === 'b') source$.error(new Error('no more'));
        }),
      ),
    );

    source$.next('abc');
    expect(values).to.deep.equal(['a']);
    expect(errors.map(String)).to.deep.equal(['Error: no more']);
  });

  it('takes no more of a synchronous source than is wanted', () => {
    const asked: number[] = [];
    const naturals$ = range(0, 1000).pipe(tap((n) => asked.push(n)));

    expect(
      record(
        naturals$.pipe(
          flatten((n) => [n, n]),
          take(3),
        ),
      ).values,
    ).to.deep.equal([0, 0, 1]);
    expect(asked).to.deep.equal([0, 1]);
  });

  it('shares nothing between subscriptions', () => {
    const result$ = concat(of('ab'), from(['c'])).pipe(flatten(letters));

    expect(record(result$).values).to.deep.equal(['a', 'b', 'c']);
    expect(record(result$).values).to.deep.equal(['a', 'b', 'c']);
  });
});
