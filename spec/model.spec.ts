import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  concatMap,
  EMPTY,
  from,
  lastValueFrom,
  map,
  merge,
  throwError,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { parallelIterable } from '../src/operators/parallelIterable.ts';
import { parallelMap } from '../src/operators/parallelMap.ts';
import { parallel$ } from '../src/operators/parallelObservable.ts';
import { VirtualPool } from '../src/testing/VirtualPool.ts';
import { ParallelError } from '../src/tasks/errors/errors.ts';
import { reference, type ModelItem, type ModelRun, type Said, type Try } from './support/reference.ts';
import { simulate, type SimulatedItem, type SimulatedRun } from './support/simulation.ts';
import { virtually } from './support/virtually.ts';

const aTry: fc.Arbitrary<Try> = fc.record({
  frames: fc.nat(8),
  end: fc.constantFrom('result', 'result', 'throws', 'crash'),
});

const aRun: fc.Arbitrary<ModelRun> = fc
  .record({
    // Of what may be tried 2 times again for each of 2 reasons there are at most 5 tries.
    items: fc.array(fc.record({ at: fc.nat(12), tries: fc.array(aTry, { minLength: 5, maxLength: 5 }) }), {
      maxLength: 14,
      size: 'max',
    }),
    gap: fc.nat(4),
    breaks: fc.nat(3).map((n) => n === 3),
    beginsAt: fc.nat(9),
    cancelAt: fc.oneof(fc.nat(30), fc.constant(1000)),
    workers: fc.integer({ min: 1, max: 4 }),
    ordered: fc.boolean(),
    onError: fc.constantFrom('throw', 'return', 'skip'),
    retries: fc.record({ result: fc.constant(0), throws: fc.nat(2), crash: fc.nat(2) }),
  })
  .map(({ items, gap, ...rest }) => {
    const inTime = items.toSorted((a, b) => a.at - b.at);
    return { ...rest, items: inTime, endsAt: (inTime.at(-1)?.at ?? 0) + gap };
  });

/** Emits each item in its frame, and ends. */
function sourceOf<T>(
  items: readonly T[],
  frameOf: (item: T) => number,
  endsAt: number,
  breaks: boolean,
): Observable<T> {
  return merge(
    ...items.map((one) => timer(frameOf(one)).pipe(map(() => one))),
    timer(endsAt).pipe(concatMap(() => (breaks ? throwError(() => new Error('of the source')) : EMPTY))),
  );
}

const LAST = { result: '(r|)', throws: '#', crash: 'x' } as const;
const ENDS: Readonly<Record<string, string>> = { TaskError: 'throws', WorkerCrashError: 'crash' };
const endOf = (error: unknown): string =>
  error instanceof ParallelError ? `${ENDS[error.name] ?? error.name} at ${String(error.index)}` : 'broken';

/** What the run itself says, on a pool whose items run as they are drawn. */
function eventsOf(run: ModelRun, pool: VirtualPool): Observable<string> {
  const { items, endsAt, breaks, workers, ordered, onError, retries } = run;
  const config = { pool, workers, ordered, onError, retry: retries.throws, crashRetries: retries.crash };
  return sourceOf(items, ({ at }) => at, endsAt, breaks).pipe(
    parallelMap((item) => item, config),
    map(([index, result]) => ((result as unknown) === 'r' ? `result at ${String(index)}` : endOf(result))),
  );
}

/** A pool whose items run as they are drawn. */
function drawn(workers: number): VirtualPool {
  const marble = ({ tries }: ModelItem, attempt: number): string => {
    const { frames, end } = tries[attempt - 1] as Try;
    return `${'-'.repeat(frames)}${LAST[end]}`;
  };
  return new VirtualPool({ workers, marble });
}

describe('the model', function () {
  this.timeout(60_000);

  it('says what the reference says, frame by frame, in a thousand random runs with errors, crashes and cancels', () => {
    fc.assert(
      fc.property(aRun, aRun, (first, other) => {
        const { workers, cancelAt } = first;
        const second = { ...other, workers };
        virtually((scheduler, { flush }) => {
          const pool = drawn(workers);
          const [one, two] = [new Run(eventsOf(first, pool), scheduler), new Run(eventsOf(second, pool), scheduler)];

          one.begin(cancelAt, () => {
            // The next one finds the pool as if there had been none before it.
            expect(pool.runs.filter(({ unsubscribedFrame }) => unsubscribedFrame > cancelAt)).to.deep.equal([]);
            two.begin(second.cancelAt);
          });
          flush();
          expect([one.events]).to.deep.equal(reference([first], workers));
          expect([two.events]).to.deep.equal(reference([second], workers));
          expect(scheduler.actions).to.deep.equal([]);
        });
      }),
      { numRuns: 1000, seed: 20_240_229 },
    );
  });

  for (const [count, numRuns] of [
    [2, 1000],
    [3, 500],
  ] as const)
    it(`says what the reference says, frame by frame, of ${String(count)} runs that share a pool, ${String(numRuns)} times`, () => {
      fc.assert(
        fc.property(
          fc.array(aRun, { minLength: count, maxLength: count }),
          fc.integer({ min: 1, max: 4 }),
          (models, size) => {
            virtually((scheduler, { flush }) => {
              const pool = drawn(size);
              const runs = models.map((model) => new Run(eventsOf(model, pool), scheduler));

              runs.forEach((run, n) => {
                const { beginsAt, cancelAt } = models[n] as ModelRun;
                scheduler.schedule(() => {
                  run.begin(cancelAt);
                }, beginsAt);
              });
              flush();
              expect(runs.map((run) => run.events)).to.deep.equal(reference(models, size));
              expect(scheduler.actions).to.deep.equal([]);
              expect(pool.runs.filter(({ unsubscribedFrame }) => unsubscribedFrame === Infinity)).to.deep.equal([]);
              expect(Math.max(0, ...pool.trace.map(([, running]) => running))).to.be.at.most(size);
            });
          },
        ),
        { numRuns, seed: 20_240_229 },
      );
    });
});

/** A run that is left in a certain frame, and what it has said. */
class Run {
  readonly events: Said[] = [];
  private readonly source$: Observable<string>;
  private readonly scheduler: SchedulerLike;
  private readonly endOf: (error: unknown) => string;

  constructor(source$: Observable<string>, scheduler: SchedulerLike, endOfRun = endOf) {
    this.source$ = source$;
    this.scheduler = scheduler;
    this.endOf = endOfRun;
  }

  begin(cancelAt = Infinity, then = (): void => undefined): void {
    const begun = this.scheduler.now();
    const say = (what: string): void => void this.events.push([this.scheduler.now() - begun, what]);
    const subscription = this.source$.subscribe({
      next: say,
      error: (error: unknown) => {
        say(this.endOf(error));
      },
      complete: () => {
        say('complete');
      },
    });
    if (cancelAt === Infinity) return;
    this.scheduler.schedule(() => {
      subscription.unsubscribe();
      then();
    }, cancelAt);
  }
}

/** One of four fails. */
const item: fc.Arbitrary<SimulatedItem> = fc.record({
  arrival: fc.nat(12),
  duration: fc.nat(8),
  fails: fc.nat(3).map((n) => n === 3),
});

const simulatedRun: fc.Arbitrary<SimulatedRun> = fc
  .record({
    items: fc.array(item, { maxLength: 14, size: 'max' }),
    gap: fc.nat(4),
    breaks: fc.nat(3).map((n) => n === 3),
    pulled: fc.boolean(),
    begins: fc.nat(9),
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

/** What the run itself says. */
function saidOf(model: SimulatedRun, pool: VirtualPool): Observable<string> {
  const { items, end, breaks, pulled, workers, chunkSize, bufferSize, ordered, pause, timeout, onError } = model;
  const task = ({ fails }: SimulatedItem): string => {
    if (fails) throw new Error('of the task');
    return 'ok';
  };
  const config = { pool, workers, chunkSize, bufferSize, ordered, pause, timeout, onError };
  const result$: Observable<readonly [number, unknown]> = pulled
    ? parallel$(task, items.values(), config)
    : sourceOf(items, ({ arrival }) => arrival, end, breaks).pipe(parallelMap(task, config));
  return result$.pipe(map(([index, result]) => (result === 'ok' ? String(index) : `failed ${String(index)}`)));
}

const inBrief = (error: unknown): string =>
  error instanceof ParallelError ? `error at ${String(error.index)}` : String(error);

/** The outcomes of runs that share a pool. */
function simulated(models: readonly SimulatedRun[], size: number): readonly (readonly Said[])[] {
  let runs: readonly Run[] = [];
  virtually((scheduler, { flush }) => {
    const pool = new VirtualPool({ workers: size, duration: ({ duration }: SimulatedItem) => duration });
    runs = models.map((model) => new Run(saidOf(model, pool), scheduler, inBrief));
    runs.forEach((run, n) => {
      scheduler.schedule(() => {
        run.begin();
      }, models[n]?.begins);
    });
    flush();
    expect(scheduler.actions).to.deep.equal([]);
    expect(pool.runs.filter(({ unsubscribedFrame }) => unsubscribedFrame === Infinity)).to.deep.equal([]);
    expect(Math.max(0, ...pool.trace.map(([, running]) => running))).to.be.at.most(size);
  });
  return runs.map(({ events: said }) => said);
}

describe('the model of chunks, buffers, pauses and timeouts', function () {
  this.timeout(60_000);

  it('says what a plain simulation says, frame by frame, in a thousand random runs', () => {
    fc.assert(
      fc.property(simulatedRun, (model) => {
        expect(simulated([model], model.workers)).to.deep.equal(simulate([model], model.workers));
      }),
      { numRuns: 1000, seed: 20_240_229 },
    );
  });

  for (const [count, numRuns] of [
    [2, 1000],
    [3, 500],
  ] as const)
    it(`says what a plain simulation says, frame by frame, of ${String(count)} runs that share a pool, ${String(numRuns)} times`, () => {
      fc.assert(
        fc.property(
          fc.array(simulatedRun, { minLength: count, maxLength: count }),
          fc.integer({ min: 1, max: 4 }),
          (models, size) => {
            expect(simulated(models, size)).to.deep.equal(simulate(models, size));
          },
        ),
        { numRuns, seed: 20_240_229 },
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

/** The expected outcome, computed by a plain loop. */
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

describe('the model of this thread', function () {
  this.timeout(60_000);

  it('gives what a plain loop gives, in a thousand random runs', async () => {
    await fc.assert(
      fc.asyncProperty(localModel, async (model) => {
        expect(await actualHere(model)).to.deep.equal(outcomes(model));
      }),
      { numRuns: 1000, seed: 20_240_229 },
    );
  });
});
