import { expect } from 'chai';
import { EMPTY, NEVER, Subject, tap } from 'rxjs';
import { byIndex } from '../../src/flow/byIndex.ts';
import { marbles } from '../support/marbles.ts';
import { record } from '../support/record.ts';

interface Piece {
  readonly first: number;
  readonly count: number;
  readonly name?: string;
}

const one = (first: number, name = ''): Piece => ({ first, count: 1, name });

/** Spans of one item each, a of index 0 and so on, but for x: b and c. */
const PIECES: Record<string, Piece> = { a: one(0), b: one(1), c: one(2), d: one(3), x: { first: 1, count: 2 } };

describe('byIndex', () => {
  it(
    'lets spans through in the order of their indices',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold('-a-c-d-b-----|', PIECES);
      const expected = '    -a-----(bcd)-|';
      const sub = '         ^------------!';

      expectObservable(source$.pipe(byIndex())).toBe(expected, PIECES);
      expectSubscriptions(source$.subscriptions).toBe(sub);
    }),
  );

  it(
    'counts the items of a span',
    marbles(({ cold, expectObservable }) => {
      const source$ = cold('-d-x-a-----|', PIECES);
      const expected = '    -----(axd)-|';

      expectObservable(source$.pipe(byIndex())).toBe(expected, PIECES);
    }),
  );

  it(
    'lets through at once what comes in turn for an index that is open, and holds back what comes early for another',
    marbles(({ cold, expectObservable }) => {
      const values = {
        p: { first: 0, count: 0, name: 'p' },
        q: { first: 1, count: 0, name: 'q' },
        e: one(0),
        f: one(1),
      };
      const source$ = cold('-p-q-p-e----f-|', values);
      const expected = '    -p---p-(eq)-f-|';

      expectObservable(source$.pipe(byIndex())).toBe(expected, values);
    }),
  );

  it(
    'is empty, endless or an error as its source is; what is held back then is dropped',
    marbles(({ cold, expectObservable }) => {
      expectObservable(EMPTY.pipe(byIndex())).toBe('|');
      expectObservable(NEVER.pipe(byIndex())).toBe('-');
      expectObservable(cold('-b-#', PIECES).pipe(byIndex())).toBe('---#');
      expectObservable(cold('-b-|', PIECES).pipe(byIndex())).toBe('---|');
    }),
  );

  it('takes in turn what comes while it emits, however much that is', () => {
    const piece$ = new Subject<Piece>();
    const { values } = record(
      piece$.pipe(
        byIndex(),
        tap(({ first }) => {
          if (first === 0) for (let next = 20_000; next > 0; next -= 1) piece$.next(one(next));
        }),
      ),
    );

    piece$.next(one(0));
    expect(values.map(({ first }) => first)).to.deep.equal(Array.from({ length: 20_001 }, (_, n) => n));
  });

  it('keeps the order of spans of one index, also of those that come while it emits', () => {
    const piece$ = new Subject<Piece>();
    const yielded = (name: string): Piece => ({ first: 1, count: 0, name });
    const { values } = record(
      piece$.pipe(
        byIndex(),
        tap(({ name }) => {
          if (name === 'second') piece$.next(yielded('fourth'));
        }),
      ),
    );

    for (const name of ['second', 'third']) piece$.next(yielded(name));
    piece$.next(one(0, 'first'));
    expect(values.map(({ name }) => name)).to.deep.equal(['first', 'second', 'third', 'fourth']);
  });

  it('begins at 0 in each subscription', () => {
    const piece$ = new Subject<Piece>();
    const result$ = piece$.pipe(byIndex());
    const first = record(result$);
    piece$.next(one(0));
    const second = record(result$);
    piece$.next(one(1));
    piece$.next(one(0));

    expect(first.values.map(({ first: index }) => index)).to.deep.equal([0, 1]);
    expect(second.values.map(({ first: index }) => index)).to.deep.equal([0, 1]);
  });
});
