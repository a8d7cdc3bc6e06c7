import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import fc from 'fast-check';
import { from, lastValueFrom, take, tap } from 'rxjs';
import type { Items } from '../../src/flow/source/Items.ts';
import { ParallelError, parallel$, tasks, type Pool } from '../../src/index.ts';
import { KEYS, newBoard, notesOf, work, type Board, type Work } from './boardTasks.ts';

const t = tasks<typeof import('./boardTasks.ts')>(new URL('./boardTasks.ts', import.meta.url));

interface Model {
  readonly works: readonly Work[];
  readonly from: 'array' | 'iterator' | 'async iterator' | 'Observable';
  readonly workers: number;
  readonly bufferSize: number;
  readonly ordered: boolean;
  readonly keyed: boolean;
  readonly onError: 'return' | 'skip' | 'throw';
}
type ChunkSize = number | 'auto';

/** One of eight is longer, or waits, or fails. */
const aWork = fc.record({
  key: fc.nat(KEYS - 1),
  busy: fc.constantFrom(0, 0, 0, 0, 10, 20, 40, 300),
  turns: fc.constantFrom(0, 0, 0, 0, 0, 1, 2, 5),
  fails: fc.nat(7).map((n) => n === 7),
});

const model = (...policies: Model['onError'][]): fc.Arbitrary<Model> =>
  fc.record({
    works: fc
      .array(aWork, { maxLength: 60, size: 'max' })
      .map((works): readonly Work[] => works.map((one, n) => ({ ...one, n }))),
    from: fc.constantFrom('array', 'iterator', 'async iterator', 'Observable'),
    workers: fc.integer({ min: 1, max: 3 }),
    bufferSize: fc.constantFrom(1, 2, 3, 7, 20, Infinity),
    ordered: fc.boolean(),
    keyed: fc.boolean(),
    onError: fc.constantFrom(...policies),
  });

const chunkSize = fc.constantFrom<ChunkSize[]>(1, 2, 3, 7, 'auto');

type Said = readonly [index: number, result: unknown];

interface Seen {
  /** Pairs as they came, and at the end the error, if there was one. */
  readonly events: readonly Said[];
  /** Most items that were taken from the source and had not gone out. */
  readonly inside: number;
  readonly max: number;
  readonly together: number;
  readonly outOfOrder: number;
}

/** An error as what it says of its item, and all else as it is. */
const briefly = (result: unknown): unknown =>
  result instanceof ParallelError
    ? [result.name, result.index, (result.item as Work).n, result.message, String(result.cause)]
    : result;

/** How a run shares a pool. */
interface Sharing {
  /** The board of all runs on the pool. */
  readonly board?: Board;
  /** After so many results it is left. */
  readonly leaveAfter?: number;
}

/** Runs it, and counts what goes in and out. */
async function see(
  { works, from: kind, keyed, ...config }: Model,
  size: ChunkSize,
  pool: Pool,
  { board: ofPool = newBoard(), leaveAfter = Infinity }: Sharing = {},
): Promise<Seen> {
  let taken = 0;
  let gone = 0;
  let inside = 0;
  const isSilent = (one: Work): boolean => config.onError === 'skip' && one.fails;
  const enter = (one: Work): Work => {
    taken += 1;
    // When one that is skipped goes out is not seen: it counts as gone at once.
    if (isSilent(one)) gone += 1;
    inside = Math.max(inside, taken - gone);
    return one;
  };
  const items = sources(works, enter)[kind]();
  const board = newBoard();
  const options = {
    ...config,
    chunkSize: size,
    pool,
    args: [board, ofPool] as const,
    ...(keyed && { partitionBy: keyOf }),
  };
  const said: Said[] = [];
  const result$ = parallel$(pool.sends === true ? t.work : work, items, options).pipe(
    tap(([index, result]) => {
      gone += 1;
      said.push([index, briefly(result)]);
    }),
    take(leaveAfter),
  );

  await lastValueFrom(result$, { defaultValue: undefined }).catch((error: unknown) => {
    said.push([Infinity, briefly(error)]);
  });
  return { events: said, inside, ...notesOf(board) };
}

const keyOf = ({ key }: Work): number => key;

function sources(works: readonly Work[], take: (one: Work) => Work): Record<Model['from'], () => Items<Work>> {
  const each = function* (): Generator<Work> {
    for (const one of works) yield take(one);
  };
  const eachLater = async function* (): AsyncGenerator<Work> {
    for (const [at, one] of works.entries()) {
      if (at % 5 === 1) await turn();
      yield take(one);
    }
  };
  return { array: () => works, iterator: each, 'async iterator': eachLater, Observable: () => from(eachLater()) };
}

const byIndex = (said: readonly Said[]): readonly Said[] => said.toSorted(([a], [b]) => a - b);

/** What a plain loop gives. */
function expected({ works, onError }: Model): readonly Said[] {
  const end = onError === 'throw' ? works.findIndex(({ fails }) => fails) : -1;
  const before = end === -1 ? works : works.slice(0, end);
  const results = before
    .filter(({ fails }) => !fails || onError === 'return')
    .map(({ n, fails }) => [n, fails ? failure(n) : 10 * n] as const);
  return end === -1 ? results : [...results, [Infinity, failure(end)]];
}

const failure = (n: number): unknown => [
  'TaskError',
  n,
  n,
  `task work failed on item ${String(n)}: ${String(n)} is bad`,
  `RangeError: ${String(n)} is bad`,
];

/** What holds of a run whatever its options, and whatever runs beside it. */
function check(one: Model, { events: said, inside, max: most, together, outOfOrder }: Seen): void {
  expect(byIndex(said)).to.deep.equal(expected(one));
  if (one.ordered) expect(said).to.deep.equal(expected(one));
  if (one.keyed) expect([together, outOfOrder]).to.deep.equal([0, 0]);
  if (one.from !== 'Observable') expect(inside).to.be.at.most(one.bufferSize);
  expect(most).to.be.at.most(one.workers);
}

/**
 * Specifies that runs keep their promises whatever their options.
 *
 * @param openPool - Makes a pool with workers of its own, three at least.
 * @param share - The part of all runs to make.
 */
export function testProperties(openPool: () => Pool, share = 1): void {
  describe('whatever the options', function () {
    this.timeout(60_000);
    let pool: Pool;
    let another: Pool;
    before(() => ([pool, another] = [openPool(), openPool()]));
    after(() => Promise.all([pool.close(), another.close()]));

    it('no item is lost or comes twice, order is kept, and so are the bounds', async () => {
      await fc.assert(
        fc.asyncProperty(model('return', 'skip'), chunkSize, async (one, size) => {
          check(one, await see(one, size, pool));
        }),
        { numRuns: 200 * share, seed: 20_240_229 },
      );
    });

    it('chunks cut by time change no result, error, index or order', async () => {
      await fc.assert(
        fc.asyncProperty(model('return', 'skip', 'throw'), async (one) => {
          // Which error is the first in time is nobody's promise.
          const run = one.onError === 'throw' ? { ...one, ordered: true } : one;
          const [single, auto] = [await see(run, 1, pool), await see(run, 'auto', pool)];

          if (run.ordered) expect(auto.events).to.deep.equal(single.events);
          expect(byIndex(auto.events)).to.deep.equal(byIndex(single.events));
          expect(byIndex(auto.events)).to.deep.equal(expected(run));
        }),
        { numRuns: 100 * share, seed: 20_240_229 },
      );
    });

    it('so it is with two runs at once on one pool, and with two more on another one', async () => {
      const aRun = fc.tuple(model('return', 'skip'), chunkSize);
      await fc.assert(
        fc.asyncProperty(fc.array(aRun, { minLength: 4, maxLength: 4 }), async (runs) => {
          const boards = [newBoard(), newBoard()] as const;
          const seen = await Promise.all(
            runs.map(([one, size], n) => see(one, size, n < 2 ? pool : another, { board: boards[n < 2 ? 0 : 1] })),
          );

          runs.forEach(([one], n) => {
            check(one, seen[n] as Seen);
          });
          for (const board of boards) expect(notesOf(board).max).to.be.at.most(pool.size);
        }),
        { numRuns: 50 * share, seed: 20_240_229 },
      );
    });

    it('so it is of a run beside which others fail, or are left', async () => {
      await fc.assert(
        fc.asyncProperty(
          model('return', 'skip'),
          fc.array(fc.tuple(model('throw'), fc.integer({ min: 1, max: 9 })), { minLength: 2, maxLength: 2 }),
          chunkSize,
          async (one, others, size) => {
            const [seen] = await Promise.all([
              see(one, size, pool),
              ...others.map(([other, leaveAfter]) => see(other, size, pool, { leaveAfter })),
            ]);

            check(one, seen);
          },
        ),
        { numRuns: 100 * share, seed: 20_240_229 },
      );
    });
  });
}
