import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import fc from 'fast-check';
import { concatMap, EMPTY, from, lastValueFrom, map, merge, throwError, timer, type Observable } from 'rxjs';
import { parallelIterable } from '../src/operators/parallelIterable.ts';
import { parallelMap } from '../src/operators/parallelMap.ts';
import { parallel$ } from '../src/operators/parallelObservable.ts';
import { VirtualPool } from '../src/pools/VirtualPool.ts';
import { ParallelError } from '../src/tasks/errors.ts';
import { reference, type ModelItem, type ModelRun, type Said } from './support/reference.ts';
import { note, virtually, type Note } from './support/virtually.ts';

/** One of four fails. */
const item: fc.Arbitrary<ModelItem> = fc.record({
  arrival: fc.nat(12),
  duration: fc.nat(8),
  fails: fc.nat(3).map((n) => n === 3),
});

const run: fc.Arbitrary<ModelRun> = fc
  .record({
    items: fc.array(item, { maxLength: 14, size: 'max' }),
    gap: fc.nat(4),
    breaks: fc.nat(3).map((n) => n === 3),
    pulled: fc.boolean(),
    workers: fc.integer({ min: 1, max: 4 }),
    chunkSize: fc.constantFrom(1, 2, 3, 7),
    bufferSize: fc.constantFrom(1, 2, 3, 5, Infinity),
    ordered: fc.boolean(),
    pause: fc.constantFrom(0, 0, 1, 3),
    timeout: fc.constantFrom(Infinity, Infinity, 3, 6),
    onError: fc.constantFrom('throw', 'return', 'skip'),
  })
  .map(({ items, gap, ...rest }) => {
    const inTime = items.toSorted((a, b) => a.arrival - b.arrival);
    return { ...rest, items: inTime, end: (inTime.at(-1)?.arrival ?? 0) + gap };
  });

/** A source in virtual time. */
const sourceOf = ({ items, end, breaks }: ModelRun): Observable<ModelItem> =>
  merge(
    ...items.map((one) => timer(one.arrival).pipe(map(() => one))),
    timer(end).pipe(concatMap(() => (breaks ? throwError(() => new Error('of the source')) : EMPTY))),
  );

/** What the run itself says. */
function actual(model: ModelRun): readonly Said[] {
  const { items, workers, pulled, chunkSize, bufferSize, ordered, pause, timeout, onError } = model;
  const task = ({ fails }: ModelItem): string => {
    if (fails) throw new Error('of the task');
    return 'ok';
  };
  let notes: readonly Note<readonly [index: number, result: unknown]>[] = [];
  virtually((scheduler, { flush }) => {
    const pool = new VirtualPool({ workers, duration: ({ duration }: ModelItem) => duration });
    const config = { pool, chunkSize, bufferSize, ordered, pause, timeout, onError };
    notes = note(
      pulled ? parallel$(task, items.values(), config) : sourceOf(model).pipe(parallelMap(task, config)),
      scheduler,
    );
    flush();
    expect(scheduler.actions).to.deep.equal([]);
  });
  return notes.map(({ frame, kind, value, error }) => {
    if (kind === 'complete') return [frame, kind];
    if (kind === 'error')
      return [frame, error instanceof ParallelError ? `error at ${String(error.index)}` : String(error)];
    const [index, result] = value ?? [NaN];
    return [frame, result === 'ok' ? String(index) : `failed ${String(index)}`];
  });
}

describe('the model', () => {
  it('says what a plain simulation says, frame by frame, in a thousand random runs', () => {
    fc.assert(
      fc.property(run, (model) => {
        expect(actual(model)).to.deep.equal(reference(model));
      }),
      { numRuns: 1000, seed: 20_240_229 },
    );
  });
});

/** What a task of this thread does: gives a number of turns later, or yields up to it, and may fail then. */
interface Deed {
  readonly kind: 'now' | 'later' | 'yields' | 'yields later';
  readonly n: number;
  readonly fails: boolean;
}

interface LocalModel {
  readonly deeds: readonly Deed[];
  readonly from: 'array' | 'iterator' | 'async iterator' | 'Observable';
  readonly to: 'Observable' | 'iterator';
  readonly workers: number;
  readonly chunkSize: number;
  readonly bufferSize: number;
  readonly ordered: boolean;
  readonly onError: 'return' | 'skip';
}

const localModel: fc.Arbitrary<LocalModel> = fc.record({
  deeds: fc.array(
    fc.record({
      kind: fc.constantFrom('now', 'later', 'yields', 'yields later'),
      n: fc.nat(4),
      fails: fc.nat(3).map((n) => n === 3),
    }),
    { maxLength: 14, size: 'max' },
  ),
  from: fc.constantFrom('array', 'iterator', 'async iterator', 'Observable'),
  to: fc.constantFrom('Observable', 'iterator'),
  workers: fc.integer({ min: 1, max: 4 }),
  chunkSize: fc.constantFrom(1, 2, 3, 20),
  bufferSize: fc.constantFrom(1, 2, 5, Infinity),
  ordered: fc.boolean(),
  onError: fc.constantFrom('return', 'skip'),
});

const turns = async (count: number): Promise<void> => {
  for (let n = 0; n < count; n += 1) await turn();
};

/** The task itself. */
function act({ kind, n, fails }: Deed): number | Promise<number> | Generator<number> | AsyncGenerator<number> {
  const end = (): number => {
    if (fails) throw new Error('of the task');
    return n;
  };
  switch (kind) {
    case 'now':
      return end();
    case 'later':
      return turns(n).then(end);
    case 'yields':
      return (function* () {
        for (let step = 0; step < n; step += 1) yield step;
        end();
      })();
    case 'yields later':
      return (async function* () {
        for (let step = 0; step < n; step += 1) {
          if (step % 2 === 1) await turn();
          yield step;
        }
        end();
      })();
  }
}

/** What comes of it, in a plain loop. */
function outcomes({ deeds, onError }: LocalModel): readonly (readonly [number, unknown])[] {
  return deeds.flatMap(({ kind, n, fails }, index) => {
    const results = kind.startsWith('yields') ? Array.from({ length: n }, (_, step) => step) : fails ? [] : [n];
    return [...results, ...(fails && onError === 'return' ? ['failed'] : [])].map((result) => [index, result] as const);
  });
}

async function* oneByOne<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const [at, one] of items.entries()) {
    if (at % 3 === 1) await turn();
    yield one;
  }
}

async function actualHere({
  deeds,
  from: kind,
  to,
  ...config
}: LocalModel): Promise<readonly (readonly [number, unknown])[]> {
  const items = {
    array: () => deeds,
    iterator: () => deeds.values(),
    'async iterator': () => oneByOne(deeds),
    Observable: () => from(oneByOne(deeds)),
  }[kind]();
  const options = { ...config, pool: 'local' } as const;
  const pairs: (readonly [number, unknown])[] = [];
  const add = ([index, result]: readonly [number, unknown]): void => {
    pairs.push([index, result instanceof ParallelError ? 'failed' : result]);
  };
  if (to === 'Observable')
    await lastValueFrom(parallel$(act, items, options).pipe(map(add)), { defaultValue: undefined });
  else
    for await (const pair of parallelIterable(act, items, options)) {
      add(pair);
      if (pairs.length % 3 === 1) await turn();
    }
  // Stable, so that the yields of an item stay in their order.
  return config.ordered ? pairs : pairs.toSorted(([a], [b]) => a - b);
}

describe('the model of this thread', () => {
  it('gives what a plain loop gives, in a thousand random runs', async () => {
    await fc.assert(
      fc.asyncProperty(localModel, async (model) => {
        expect(await actualHere(model)).to.deep.equal(outcomes(model));
      }),
      { numRuns: 1000, seed: 20_240_229 },
    );
  });
});
