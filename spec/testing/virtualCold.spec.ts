import { expect } from 'chai';
import fc from 'fast-check';
import { map, mergeMap, type Observable } from 'rxjs';
import type { RunHelpers } from 'rxjs/testing';
import { parallelMap } from '../../src/operators/parallelMap.ts';
import { VirtualPool } from '../../src/testing/VirtualPool.ts';
import { ParallelError } from '../../src/tasks/errors/errors.ts';
import { note, virtually } from '../support/virtually.ts';

/** A run of letters, apart or in groups, with an end, an error, or neither. */
const marble: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(fc.constantFrom('-', '-', '-', 'a', 'b', '(ab)', ' 2ms '), { maxLength: 6 }),
    fc.constantFrom('|', '|', '|', '|', '(c|)', '(c|)', '#', ''),
  )
  .map(([before, end]) => (end === '' ? '-' : `${before.join('')}${end}`));

interface Drawn {
  readonly source: string;
  readonly marbles: readonly string[];
  readonly workers: number;
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  source: fc
    .array(fc.constantFrom('-', '-', 'i', 'i', '(ii)'), { maxLength: 7, size: 'max' })
    .map((parts) => `${parts.join('')}|`),
  marbles: fc.array(marble, { minLength: 1, maxLength: 5 }),
  workers: fc.integer({ min: 1, max: 4 }),
});

/** The events, frame by frame, if each item of the source runs by the next of the diagrams. */
function eventsOf(
  { source, marbles, workers }: Drawn,
  run: (
    item$: Observable<number>,
    marbleOf: (n: number) => string,
    helpers: RunHelpers,
    workers: number,
  ) => Observable<string>,
): readonly unknown[] {
  const lines: unknown[] = [];
  virtually((scheduler, helpers) => {
    let items = 0;
    const item$ = helpers.hot(source).pipe(map(() => (items += 1)));
    const notes = note(
      run(item$, (n) => marbles[n % marbles.length] as string, helpers, workers),
      scheduler,
    );
    helpers.flush();
    for (const { frame, kind, value, error } of notes)
      lines.push([frame, kind, value ?? (error instanceof ParallelError ? error.cause : error)]);
  });
  return lines;
}

const byPool = (one: Drawn): readonly unknown[] =>
  eventsOf(one, (item$, marbleOf, _helpers, workers) =>
    item$.pipe(
      parallelMap((n) => n, { pool: new VirtualPool({ workers, marble: marbleOf }) }),
      map(([, letter]) => letter as unknown as string),
    ),
  );

const byCold = (one: Drawn): readonly unknown[] =>
  eventsOf(one, (item$, marbleOf, { cold }, workers) => item$.pipe(mergeMap((n) => cold(marbleOf(n)), workers)));

describe('VirtualPool, by diagrams, as mergeMap of cold', () => {
  it('says in the order of the runs what several of them have in one frame', () => {
    const one = { source: 'i-i|', marbles: ['--a-b|', '--c-d|'].toReversed(), workers: 2 };

    expect(byCold(one).map((line) => (line as unknown[])[2])).to.deep.equal(['a', 'b', 'c', 'd', undefined]);
    expect(byPool(one)).to.deep.equal(byCold(one));
  });

  it('ends in the order of the runs what several of them end in one frame', () => {
    const one = { source: '(iii)|', marbles: ['a---|', '-b--|', '--c-#'], workers: 2 };

    expect(byPool(one)).to.deep.equal(byCold(one));
  });

  it('says what it says, frame by frame and in its order, in two thousand random runs', () => {
    fc.assert(
      fc.property(drawn, (one) => {
        expect(byPool(one)).to.deep.equal(byCold(one));
      }),
      { numRuns: 2000, seed: 20_240_229 },
    );
  });
});
