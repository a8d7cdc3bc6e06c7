import { Readable } from 'node:stream';
import { expect } from 'chai';
import { from, lastValueFrom, map, Observable, of, toArray } from 'rxjs';
import type { Items } from '../src/flow/source/Items.ts';
import {
  LocalPool,
  parallel,
  parallel$,
  parallelAsync,
  parallelGen,
  parallelIterable,
  parallelMap,
  runProcs$,
  type Pool,
} from '../src/index.ts';
import { inOwnWorker$ } from '../src/operators/own-worker/inOwnWorker.ts';

const numbers = [0, 1, 2, 3, 4, 5, 6];

/** A pool to which chunks go that are cut by their times. */
function sending(): Pool {
  const local = new LocalPool({ workers: 2 });
  return { size: 2, sends: true, run$: (job) => local.run$(job), close: () => local.close() };
}

async function* later(): AsyncGenerator<number> {
  for (const n of numbers) yield await Promise.resolve(n);
}

/** All that items may come from; each gives the same numbers, but a map's are in pairs. */
const sources: Readonly<Record<string, () => Items<unknown>>> = {
  'an array': () => numbers,
  'a typed array': () => Uint8Array.from(numbers),
  'a set': () => new Set(numbers),
  'a map': () => new Map(numbers.map((n) => [n, n])),
  'an iterator': () => numbers.values(),
  'a generator': () =>
    (function* () {
      yield* numbers;
    })(),
  'an async iterator': () => later(),
  'a stream of Node': () => Readable.from(numbers),
  'a web stream': () => Readable.toWeb(Readable.from(numbers)),
  'an Observable': () => from(numbers),
  'an Observable that emits later': () => from(later()),
  'an Observable of another library': () => {
    const own$ = new Observable<number>((subscriber) => of(...numbers).subscribe(subscriber));
    // As RxJS asks for it where nobody has defined `Symbol.observable`.
    return { '@@observable': () => own$ } as unknown as Items<unknown>;
  },
};

const task = (item: unknown): string => String(item);

type Run = (items: Items<unknown>, options: object) => Promise<readonly unknown[]>;

const values = async (pair$: Observable<readonly [number, unknown]>): Promise<readonly unknown[]> => {
  const pairs = await lastValueFrom(pair$.pipe(toArray()));
  return pairs.toSorted(([a], [b]) => a - b).map(([, result]) => result);
};

/** All that takes items, in this thread. */
const runs: Readonly<Record<string, Run>> = {
  parallelMap: (items, options) => values(from(items as Observable<unknown>).pipe(parallelMap(task, options))),
  parallel$: (items, options) => values(parallel$(task, items, options)),
  parallel: (items, options) => parallel(task, items, options),
  parallelIterable: async (items, options) => {
    const pairs: (readonly [number, unknown])[] = [];
    for await (const pair of parallelIterable(task, items, options)) pairs.push(pair);
    return pairs.toSorted(([a], [b]) => a - b).map(([, result]) => result);
  },
};
const runsWithoutPool: Readonly<Record<string, Run>> = {
  parallelAsync: (items, options) => parallelAsync(task, items, options),
};

const limitless = { bufferSize: Infinity, timeout: Infinity, retry: Infinity };
const pools: Readonly<Record<string, () => Pool>> = {
  'one by one': () => new LocalPool({ workers: 2 }),
  'in chunks': sending,
};

describe('a source of items', () => {
  for (const [source, open] of Object.entries(sources)) {
    const expected = numbers.map((n) => (source === 'a map' ? String([n, n]) : String(n)));

    describe(`that is ${source}`, () => {
      for (const options of [{}, limitless, { ...limitless, ordered: true, partitionBy: (item: unknown) => item }]) {
        const named = Object.keys(options).join(', ') || 'no options';
        for (const [way, openPool] of Object.entries(pools))
          for (const [name, run] of Object.entries(runs))
            it(`is read to its end by ${name}, ${way}, with ${named}`, async () => {
              expect(await run(open(), { ...options, pool: openPool() })).to.deep.equal(expected);
            });
        for (const [name, run] of Object.entries(runsWithoutPool))
          it(`is read to its end by ${name}, with ${named}`, async () => {
            expect(await run(open(), options)).to.deep.equal(expected);
          });
      }

      for (const workers of [1, 3, Infinity])
        it(`is read to its end by runProcs$, with ${String(workers)} workers`, async () => {
          const openPool = (): Pool => new LocalPool({ workers: 3 });
          const result$ = inOwnWorker$<string>(task, 'process', 'item', openPool)(open(), workers);
          expect(await values(result$)).to.deep.equal(expected);
        });

      for (const options of [
        {},
        { bufferSize: Infinity },
        { bufferSize: Infinity, total: 7 },
        { batchSize: 3 },
        { total: 0 },
      ])
        it(`is read to its end by parallelGen, with ${JSON.stringify(options)}`, async () => {
          const each = function* (batch: readonly unknown[]): Generator<string> {
            for (const item of batch) yield String(item);
          };
          const pool = new LocalPool({ workers: 2 });
          const result$ = from(open() as Observable<unknown>).pipe(parallelGen(each, { ...options, pool }));
          expect(await values(result$)).to.deep.equal(expected);
        });
    });
  }

  it('is read to its end by real processes, as many as there are items', async () => {
    const both$ = [new Set([1, 2]), [1, 2].values()].map((items) =>
      runProcs$((n: number) => 10 * n, items).pipe(
        map(([, result]) => result),
        toArray(),
      ),
    );
    for (const results of await Promise.all(both$.map((one$) => lastValueFrom(one$))))
      expect(results.toSorted()).to.deep.equal([10, 20]);
  });
});
