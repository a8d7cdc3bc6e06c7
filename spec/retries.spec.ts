import { expect } from 'chai';
import fc from 'fast-check';
import { concatMap, delay, EMPTY, from, of, throwError, timer, type RetryConfig } from 'rxjs';
import { parallelMap } from '../src/operators/parallelMap.ts';
import { parallel$ } from '../src/operators/parallelObservable.ts';
import { VirtualPool } from '../src/testing/VirtualPool.ts';
import { ParallelError } from '../src/tasks/errors/errors.ts';
import { note, valuesOf, virtually } from './support/virtually.ts';

interface Item {
  /** How many tries fail. */
  readonly fails: number;
  readonly duration: number;
  /** The try that takes too long. */
  readonly slowAt: number;
  readonly key: number;
  /** Whether it is a generator, which yields twice. */
  readonly yields: boolean;
}

const item: fc.Arbitrary<Item> = fc.record({
  fails: fc.nat(3),
  duration: fc.nat(6),
  slowAt: fc.nat(3),
  key: fc.nat(2),
  yields: fc.nat(5).map((n) => n === 5),
});

const delays: Record<string, Pick<RetryConfig, 'delay'>> = {
  'at once': {},
  later: { delay: 2 },
  'later and later': { delay: (_error, attempt) => timer(attempt) },
  'gives up': { delay: () => EMPTY },
  fails: { delay: () => throwError(() => new Error('enough')) },
};

const model = fc.record({
  items: fc.array(item, { maxLength: 12, size: 'max' }),
  workers: fc.integer({ min: 1, max: 3 }),
  chunkSize: fc.constantFrom(1, 2, 3, 7),
  bufferSize: fc.constantFrom(1, 2, 3, 5, Infinity),
  ordered: fc.boolean(),
  keyed: fc.boolean(),
  pause: fc.constantFrom(0, 0, 1, 3),
  timeout: fc.constantFrom(Infinity, Infinity, 5),
  onError: fc.constantFrom('return', 'skip', 'throw'),
  count: fc.nat(3),
  delay: fc.constantFrom(...Object.keys(delays)),
  pushed: fc.boolean(),
});

type Model = typeof model extends fc.Arbitrary<infer T> ? T : never;

const msOf = ({ slowAt, duration }: Item, attempt: number): number => (slowAt === attempt ? duration + 6 : duration);

/** Whether an item that is no generator fails for good, by trying it in the mind. */
function failsForGood(one: Item, { timeout, count, delay: when }: Model): boolean {
  const triesMore = when === 'gives up' || when === 'fails' ? 0 : count;
  const tries = Array.from({ length: triesMore + 1 }, (_, n) => n + 1);
  return tries.every((attempt) => attempt <= one.fails || msOf(one, attempt) > timeout);
}

function run(one: Item, attempt: number): unknown {
  if (!one.yields) return act();
  return (function* () {
    yield act();
    yield act();
  })();

  function act(): string {
    if (attempt <= one.fails) throw new RangeError('not yet');
    return 'ok';
  }
}

describe('retry, whatever else is asked for', () => {
  it('ends, settles each item once, keeps order and keys, and lets no more run than there are workers', () => {
    fc.assert(
      fc.property(model, (one) => {
        virtually((scheduler, { flush }) => {
          const { items, workers, keyed, pushed, count, delay: when, ...options } = one;
          const atWork = new Map<number, number>();
          let together = 0;
          const begun = new Map<number, Item[]>();
          const pool = new VirtualPool({
            workers,
            duration: (each: Item, attempt) => msOf(each, attempt),
            run: (_task, each: Item, attempt) => {
              if ((atWork.get(each.key) ?? -1) > scheduler.now()) together += 1;
              if (attempt === 1) begun.set(each.key, [...(begun.get(each.key) ?? []), each]);
              if (!each.yields) atWork.set(each.key, scheduler.now() + Math.min(msOf(each, attempt), options.timeout));
              return run(each, attempt);
            },
          });
          const config = {
            ...options,
            pool,
            retry: { count, ...delays[when] },
            // No worker dies. So a job may have several items of a key where none is tried again.
            crashRetries: 0,
            ...(keyed && { partitionBy: ({ key }: Item) => key }),
          };
          const task = (each: Item): unknown => each;
          const source$ = from(items).pipe(concatMap((each) => of(each).pipe(delay(1))));
          const notes = note(
            pushed ? source$.pipe(parallelMap(task, config)) : parallel$(task, items, config),
            scheduler,
          );

          flush();
          expect(scheduler.actions).to.deep.equal([]);
          const plain = items.every(({ yields }) => !yields);
          const failing = [...items.keys()].filter((n) => failsForGood(items[n] as Item, one));
          const indices = valuesOf(notes).map(([index]) => index);
          if (options.ordered) expect(indices).to.deep.equal(indices.toSorted((a, b) => a - b));
          if (keyed && plain && options.onError !== 'throw') expect(together).to.equal(0);
          if (keyed)
            for (const [key, those] of begun) {
              const ofKey = items.filter((each) => each.key === key);
              expect(those).to.deep.equal(ofKey.slice(0, those.length));
            }
          for (const { subscribedFrame: start } of pool.runs)
            expect(
              pool.runs.filter((other) => other.subscribedFrame <= start && start < other.unsubscribedFrame).length,
            ).to.be.at.most(workers);

          const last = notes.at(-1);
          if (options.onError === 'throw' && plain && failing.length > 0) {
            expect(last?.kind).to.equal('error');
            if (options.ordered)
              expect(indices).to.deep.equal([...Array((last?.error as ParallelError).index as number).keys()]);
            return;
          }
          expect(last?.kind).to.be.oneOf(options.onError === 'throw' && !plain ? ['complete', 'error'] : ['complete']);
          if (last?.kind === 'error') return;
          for (const [n, { yields }] of items.entries()) {
            if (yields) continue;
            const said = valuesOf(notes).filter(([index]) => index === n);
            const fails = failing.includes(n);
            expect(said.map(([, result]) => result instanceof ParallelError)).to.deep.equal(
              fails && options.onError === 'skip' ? [] : [fails],
            );
          }
        });
      }),
      { numRuns: 1500, seed: 20_261_123 },
    );
  });
});
