import fc from 'fast-check';
import { concatMap, EMPTY, from, map, merge, throwError, timer, type Observable } from 'rxjs';
import type { ErrorPolicy } from '../../src/flow/Plan.ts';
import { parallelGen } from '../../src/operators/parallelGen.ts';
import { parallel$ } from '../../src/operators/parallelObservable.ts';
import type { VirtualPool } from '../../src/testing/VirtualPool.ts';
import { ParallelError } from '../../src/tasks/errors/errors.ts';

/** How one try of an item goes: the frames before each value, and how it ends, so many frames later. */
export interface SharedTry {
  readonly gaps: readonly number[];
  readonly end: 'ends' | 'throws' | 'crash';
  readonly gap: number;
}

export interface SharedItem {
  readonly key: number;
  /** Its first try, and those after it; the last of them for all the others. */
  readonly tries: readonly SharedTry[];
}

/** A run on a pool that others use at the same time. */
export interface SharedRun {
  readonly items: readonly SharedItem[];
  readonly from: 'array' | 'iterator' | 'Observable';
  /** Frames between the items of an Observable. */
  readonly every: number;
  readonly breaks: boolean;
  /** Undefined for `parallel$`, else the size of the batches of `parallelGen`. */
  readonly batchSize: number | undefined;
  readonly keyed: boolean;
  readonly beginsAt: number;
  readonly cancelAt: number;
  readonly config: {
    readonly workers: number;
    readonly ordered: boolean;
    readonly chunkSize: number;
    readonly bufferSize: number;
    readonly pause: number;
    readonly timeout: number;
    readonly onError: ErrorPolicy;
    readonly retry: { readonly count: number; readonly delay: number };
    readonly crashRetries: number;
  };
}

/** What an item gives: values, and at the end perhaps an error. */
export interface SharedOutcome {
  readonly values: number;
  readonly error?: string;
}

const sometimes = (oneIn: number): fc.Arbitrary<boolean> => fc.nat(oneIn - 1).map((n) => n === oneIn - 1);

const aTry: fc.Arbitrary<SharedTry> = fc.record({
  gaps: fc.oneof(
    { weight: 1, arbitrary: fc.array(fc.nat(2), { maxLength: 1 }) },
    { weight: 3, arbitrary: fc.array(fc.nat(1), { minLength: 2, maxLength: 3 }) },
  ),
  end: fc.constantFrom('ends', 'ends', 'ends', 'ends', 'throws', 'crash'),
  gap: fc.nat(1),
});

const aFailure: fc.Arbitrary<SharedTry> = fc.record({
  gaps: fc.constant([]),
  end: fc.constantFrom('throws', 'crash'),
  gap: fc.nat(2),
});

/** Every other item fails at first, since those that come again are those that others may keep from a worker. */
const tries: fc.Arbitrary<readonly SharedTry[]> = fc.oneof(fc.tuple(aTry), fc.tuple(aFailure, aTry));

const aRun: fc.Arbitrary<SharedRun> = fc.record({
  items: fc.array(fc.record({ key: fc.nat(1), tries }), {
    maxLength: 5,
    size: 'max',
  }),
  from: fc.constantFrom('array', 'iterator', 'Observable'),
  every: fc.nat(1),
  breaks: sometimes(8),
  batchSize: fc.oneof(
    { weight: 7, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom(1, 2) },
  ),
  keyed: sometimes(3),
  beginsAt: fc.nat(2),
  cancelAt: fc.oneof({ weight: 8, arbitrary: fc.constant(Infinity) }, { weight: 1, arbitrary: fc.nat(15) }),
  config: fc.record({
    workers: fc.constantFrom(1, 2, 2, 3, 3, 3),
    ordered: sometimes(8).map((unordered) => !unordered),
    chunkSize: fc.constantFrom(1, 1, 1, 2),
    bufferSize: fc.constantFrom(1, 3, 3, Infinity, Infinity, Infinity, Infinity, Infinity),
    pause: fc.constantFrom(0, 0, 0, 0, 0, 1),
    timeout: fc.constantFrom(Infinity, Infinity, Infinity, Infinity, 2),
    onError: fc.constantFrom('return', 'return', 'return', 'skip', 'throw'),
    retry: fc.record({ count: fc.constantFrom(0, 1, 1, 1, 2), delay: fc.constantFrom(0, 0, 2) }),
    crashRetries: fc.constantFrom(0, 1, 1, 1, 2),
  }),
});

/** Some runs. */
export const sharedRuns = (count: number): fc.Arbitrary<readonly SharedRun[]> =>
  fc.array(aRun, { minLength: count, maxLength: count });

const ENDS = { ends: '|', throws: '#', crash: 'x' } as const;

/** The diagram of a try. */
export function marbleOf({ gaps, end, gap }: SharedTry): string {
  return `${gaps.map((frames) => drawn(frames, 'v')).join('')}${drawn(gap, ENDS[end])}`;
}

/** Draws an event after a number of frames. The event before it takes a frame itself. */
function drawn(frames: number, what: string): string {
  return `${'-'.repeat(frames)}${what}`;
}

/** How a batch goes: a result for each item of it, unless its first one fails. */
export function batchMarbleOf([first, ...others]: readonly SharedItem[]): string {
  const { end = 'ends' } = first?.tries[0] ?? {};
  return end === 'ends' ? `-v${'v'.repeat(others.length)}-|` : `-v${ENDS[end]}`;
}

/** An item as it is sent, since that is copied. */
export type SentItem = readonly [run: number, index: number];

/** What the run of a number says, each value as its index. */
export function eventsOf(
  run: SharedRun,
  number: number,
  pool: VirtualPool,
): Observable<readonly [index: number, error?: string]> {
  const { every, breaks, batchSize, keyed, config } = run;
  const items = run.items.map((_, index): SentItem => [number, index]);
  const source = {
    array: () => items,
    iterator: () => items.values(),
    Observable: () =>
      merge(
        ...items.map((item, n) => timer(n * every).pipe(map(() => item))),
        timer(items.length * every).pipe(concatMap(() => (breaks ? throwError(() => new Error('broken')) : EMPTY))),
      ),
  }[run.from]();
  const { workers, ordered, bufferSize } = config;
  const partitionBy = ([, index]: SentItem): unknown => run.items[index]?.key;
  const result$: Observable<readonly [number, unknown]> =
    batchSize === undefined
      ? parallel$((item: SentItem) => item, source, { ...config, pool, ...(keyed && { partitionBy }) })
      : from(source).pipe(
          parallelGen(
            function* (batch: readonly SentItem[]) {
              yield* batch;
            },
            { workers, ordered, bufferSize, batchSize, pool },
          ),
        );
  return result$.pipe(
    map(([index, result]) => (result instanceof ParallelError ? ([index, result.name] as const) : ([index] as const))),
  );
}

/** The try of a number, from 1. */
export function tryOf({ tries }: SharedItem, attempt: number): SharedTry {
  return tries[Math.min(attempt, tries.length) - 1] as SharedTry;
}

/** The outcome of an item, whenever it runs, and whatever else runs. */
export function outcomeOf(item: SharedItem, { timeout, retry, crashRetries }: SharedRun['config']): SharedOutcome {
  let [failures, crashes] = [0, 0];
  for (let attempt = 1; ; attempt += 1) {
    const { gaps, end, gap } = tryOf(item, attempt);
    // A drawn event takes a frame, in which the next one begins.
    const frames = [...gaps, gap].map((before, nth) => (nth === 0 ? before : before + 1));
    const late = frames.findIndex((ms) => ms > timeout);
    if (gaps.length === 1 && end === 'ends' && late !== 0) return { values: 1 };
    if (late === -1 && end === 'ends') return { values: gaps.length };
    const values = late === -1 ? gaps.length : late;
    const error = late !== -1 ? 'TaskTimeoutError' : end === 'crash' ? 'WorkerCrashError' : 'TaskError';
    const spent = error === 'WorkerCrashError' ? (crashes += 1) > crashRetries : (failures += 1) > retry.count;
    if (values > 0 || spent) return { values, error };
  }
}
