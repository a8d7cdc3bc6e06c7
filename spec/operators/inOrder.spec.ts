import { Readable } from 'node:stream';
import { expect } from 'chai';
import { EMPTY, from, lastValueFrom, NEVER, observable, of, Subject, take, tap } from 'rxjs';
import type { Indexed } from '../../src/flow/Indexed.ts';
import { inOrder } from '../../src/operators/inOrder.ts';
import { parallelMap } from '../../src/operators/parallelMap.ts';
import { marbles } from '../support/marbles.ts';
import { record } from '../support/record.ts';
import { errorsInBrief, letterPool, upper } from '../support/virtual.ts';

/** `a` stands for the pair of index 0 and value 'a'. */
const pairs: Record<string, Indexed<string>> = { a: [0, 'a'], b: [1, 'b'], c: [2, 'c'], d: [3, 'd'], e: [4, 'e'] };

describe('inOrder', () => {
  it(
    'emits values in the order of their indices',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source$ = hot('-b-a---c-|', pairs);
      const subs = '       ^--------!';
      const expected = '   ---(ab)c-|';

      expectObservable(source$.pipe(inOrder())).toBe(expected);
      expectSubscriptions(source$.subscriptions).toBe(subs);
    }),
  );

  it(
    'emits in the same frame what comes in order',
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot('-ab-c-|', pairs).pipe(inOrder())).toBe('-ab-c-|');
    }),
  );

  it(
    'holds back whatever comes before its turn',
    marbles(({ hot, expectObservable }) => {
      const source$ = hot('-edcb--a------|', pairs);
      const expected = '   -------(abcde)|';

      expectObservable(source$.pipe(inOrder())).toBe(expected);
    }),
  );

  it(
    'completes with an empty source, in the same frame',
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold<Indexed<string>>('|').pipe(inOrder())).toBe('|');
      expectObservable(cold<Indexed<string>>('---|').pipe(inOrder())).toBe('---|');
      expectObservable(EMPTY.pipe(inOrder())).toBe('|');
    }),
  );

  it(
    'never ends with a source that never ends, and waits for an index that never comes',
    marbles(({ hot, expectObservable }) => {
      expectObservable(NEVER.pipe(inOrder())).toBe('-');
      expectObservable(hot('-abde-', pairs).pipe(inOrder())).toBe('-ab');
    }),
  );

  it(
    'closes gaps at completion',
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot('-ae-c-|', pairs).pipe(inOrder())).toBe('-a----(ce|)');
      expectObservable(hot('-e-c-b|', pairs).pipe(inOrder())).toBe('------(bce|)');
    }),
  );

  it(
    'takes no more of what it has held back than is wanted',
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot('-e-c-b|', pairs).pipe(inOrder(), take(2))).toBe('------(bc|)');
      expectObservable(hot('-c-b-a|', pairs).pipe(inOrder(), take(2))).toBe('-----(ab|)');
    }),
  );

  it(
    "hands on the source's error in the same frame, unwrapped, without what it has held back",
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot('-ac-#', pairs, 'broken').pipe(inOrder())).toBe('-a--#', undefined, 'broken');
    }),
  );

  it(
    'leaves the source on unsubscribe',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source$ = hot('-a-cb-d|', pairs);
      const unsub = '      ^--!';
      const expected = '   -a--';

      expectObservable(source$.pipe(inOrder()), unsub).toBe(expected);
      expectSubscriptions(source$.subscriptions).toBe(unsub);
    }),
  );

  for (const [what, diagram, expected, sub, index] of [
    ['has been emitted', '-aba-|', '-ab#', '^--!', 0],
    ['is held back', '-ac-c-|', '-a--#', '^---!', 2],
  ] as const)
    it(
      `fails when an index comes again that ${what}, and leaves the source`,
      marbles(({ hot, expectObservable, expectSubscriptions }) => {
        const source$ = hot(diagram, pairs);
        const message = `RangeError: index ${String(index)} has come again: inOrder expects each once, use \`ordered\` for generators`;

        expectObservable(source$.pipe(inOrder(), errorsInBrief())).toBe(expected, undefined, message);
        expectSubscriptions(source$.subscriptions).toBe(sub);
      }),
    );

  it('fails with an index that is none', () => {
    for (const [index, name, shown] of [
      [-1, 'RangeError', '-1'],
      [1.5, 'RangeError', '1.5'],
      [NaN, 'RangeError', 'NaN'],
      ['1', 'TypeError', '"1"'],
    ] as const) {
      const { values, errors } = record(
        from([
          [0, 'a'],
          [index, 'b'],
        ] as Indexed<string>[]).pipe(inOrder()),
      );

      expect(values).to.deep.equal(['a']);
      expect(errors.map(String)).to.deep.equal([`${name}: an index must be an integer from 0, not ${shown}`]);
    }
  });

  it('takes interop sources, and whatever else from takes', async () => {
    const pairs = [
      [1, 'b'],
      [0, 'a'],
    ] as const;
    const interop = { [observable]: () => of(...pairs) };

    for (const source of [interop, pairs, new Map(pairs)])
      expect(record(inOrder<string>()(source as never)).values).to.deep.equal(['a', 'b']);
    expect(await lastValueFrom(inOrder<string>()(Readable.from(pairs) as never))).to.equal('b');
    expect(record(inOrder()(5 as never)).errors[0]).to.be.instanceOf(TypeError);
  });

  it('emits undefined and null as any other value', () => {
    const source$ = of<Indexed<unknown>[]>([1, null], [2, undefined], [0, undefined]);

    expect(record(source$.pipe(inOrder())).values).to.deep.equal([undefined, null, undefined]);
  });

  it('counts anew in each subscription', () => {
    const ordered$ = of<Indexed<string>[]>([1, 'b'], [0, 'a']).pipe(inOrder());

    expect(record(ordered$).values).to.deep.equal(['a', 'b']);
    expect(record(ordered$).values).to.deep.equal(['a', 'b']);
  });

  it('touches the source on subscription only, and once', () => {
    let subscriptions = 0;
    const ordered$ = of<Indexed<number>>([0, 0]).pipe(tap({ subscribe: () => (subscriptions += 1) }), inOrder());

    expect(subscriptions).to.equal(0);
    record(ordered$);
    expect(subscriptions).to.equal(1);
  });

  it('keeps the order, and loses nothing, when downstream pushes into the source', () => {
    const source$ = new Subject<Indexed<string>>();
    const { values, errors, completions } = record(
      source$.pipe(
        inOrder(),
        tap((value) => {
          if (value !== 'a') return;
          source$.next([3, 'd']);
          source$.next([2, 'c']);
        }),
      ),
    );

    source$.next([1, 'b']);
    source$.next([0, 'a']);
    expect({ values, errors, completions }).to.deep.equal({ values: ['a', 'b', 'c', 'd'], errors: [], completions: 0 });
  });

  it('emits all that is due when downstream completes the source', () => {
    const source$ = new Subject<Indexed<string>>();
    const recording = record(
      source$.pipe(
        inOrder(),
        tap(() => {
          source$.complete();
        }),
      ),
    );

    source$.next([3, 'd']);
    source$.next([1, 'b']);
    source$.next([0, 'a']);
    expect(recording.values).to.deep.equal(['a', 'b', 'd']);
    expect(recording.completions).to.equal(1);
  });

  it(
    'puts the results of parallelMap in the order of its source',
    marbles(({ hot, expectObservable }) => {
      const source$ = hot('-a-b-----c-|');
      const expected = '   -----(AB)-C|';

      expectObservable(source$.pipe(parallelMap(upper, { pool: letterPool(2, { a: 4 }) }), inOrder())).toBe(expected);
    }),
  );
});
