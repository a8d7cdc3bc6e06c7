import { expect } from 'chai';
import fc from 'fast-check';
import type { Subscription } from 'rxjs';
import { parallel$ } from '../src/operators/parallelObservable.ts';
import { VirtualPool } from '../src/testing/VirtualPool.ts';
import { ParallelError } from '../src/tasks/errors/errors.ts';
import { expectSame } from './support/expectSame.ts';
import {
  batchMarbleOf,
  marbleOf,
  outcomeOf,
  eventsOf,
  sharedRuns,
  tryOf,
  type SentItem,
  type SharedItem,
  type SharedRun,
} from './support/sharedRuns.ts';
import { virtually } from './support/virtually.ts';

/** What a run has done. */
class Heard {
  readonly pairs: (readonly [index: number, error?: string])[] = [];
  /** The indices of the items that have begun, also to be tried again. */
  readonly starts: number[] = [];
  /** How many of them after its end. */
  late = 0;
  end: string | undefined;
  subscription: Subscription | undefined;
}

/** Runs all of them on one pool, to the end of all time, and the pool once more. */
function observe(runs: readonly SharedRun[], size: number, crash: number): readonly Heard[] {
  const heard = runs.map(() => new Heard());
  const marble = (item: SentItem | readonly SentItem[], attempt: number): string => {
    const batch = (Array.isArray(item[0]) ? item : [item]) as readonly SentItem[];
    const [[number, index]] = batch as readonly [SentItem];
    const one = heard[number];
    if (one === undefined) return '-(v|)';
    one.starts.push(index);
    if (one.end !== undefined) one.late += 1;
    const { items } = runs[number] as SharedRun;
    if (batch === item) return batchMarbleOf(batch.map(([, n]) => items[n] as SharedItem));
    return marbleOf(tryOf(items[index] as SharedItem, attempt));
  };
  virtually((scheduler, { flush }) => {
    const pool = new VirtualPool({ workers: size, crash, marble });
    runs.forEach((run, number) => {
      const one = heard[number] as Heard;
      scheduler.schedule(() => {
        if (one.end !== undefined) return;
        one.subscription = eventsOf(run, number, pool).subscribe({
          next: (pair) => one.pairs.push(pair),
          error: (error: unknown) => {
            one.end = error instanceof ParallelError ? `${error.name} at ${String(error.index)}` : String(error);
          },
          complete: () => {
            one.end = 'complete';
          },
        });
      }, run.beginsAt);
      if (run.cancelAt < Infinity)
        scheduler.schedule(() => {
          one.end ??= 'cancelled';
          one.subscription?.unsubscribe();
        }, run.cancelAt);
    });
    flush();
    for (const { end } of heard) if (end === undefined) expect.fail('a run never ends');
    if (scheduler.actions.length > 0) expect.fail('actions are left');
    for (const [, running] of pool.trace) if (running > size) expect.fail(`${String(running)} at once`);

    const before = pool.runs.length;
    let isOver = false;
    parallel$((item: SentItem) => item, Array<SentItem>(size + 1).fill([NaN, 0]), { pool }).subscribe({
      complete: () => (isOver = true),
    });
    flush();
    const frames = pool.runs.slice(before).map(({ subscribedFrame }) => subscribedFrame);
    const together = frames.filter((frame) => frame === frames[0]).length;
    if (!(isOver as boolean) || together !== size) expect.fail(`the pool has ${String(together)} places left`);
  });
  return heard;
}

/** All pairs of a run that nobody cancels and that no failure ends, in order. */
function pairsOf({ items, config }: SharedRun): (readonly [index: number, error?: string])[] {
  return items.flatMap((item, index) => {
    const { values, error } = outcomeOf(item, config);
    return [
      ...Array<readonly [number]>(values).fill([index]),
      ...(error === undefined ? [] : [[index, error] as const]),
    ];
  });
}

function check(run: SharedRun, { pairs, starts, late, end }: Heard): void {
  const { items, batchSize, breaks, config } = run;
  const fails = ([, error]: readonly [number, string?]): boolean => error !== undefined;
  const all = batchSize === undefined ? pairsOf(run) : items.map((_, index) => [index] as const);
  const first = all.findIndex(fails);
  if (late > 0) expect.fail('a run that is over has begun an item');

  const may = config.onError === 'return' && batchSize === undefined ? all : all.filter((pair) => !fails(pair));
  if (config.ordered) expectSame(pairs, may.slice(0, pairs.length));
  else {
    const inOrder = pairs.toSorted(([a], [b]) => a - b);
    const some = items.flatMap((_, index) => {
      const { length } = pairs.filter(([of]) => of === index);
      return may.filter(([of]) => of === index).slice(0, length);
    });
    expectSame(inOrder, some);
  }
  if (end === 'complete') {
    expect(pairs).to.have.length(may.length);
    if (config.onError === 'throw') expect(first).to.equal(-1);
  } else if (end === 'Error: broken') expect([breaks, run.from]).to.deep.equal([true, 'Observable']);
  else if (end !== 'cancelled' && batchSize === undefined) {
    expect(config.onError).to.equal('throw');
    expect(all.filter(fails).map(([index, error]) => `${String(error)} at ${String(index)}`)).to.include(end);
    if (config.ordered) {
      expect(end).to.equal(`${String(all[first]?.[1])} at ${String(all[first]?.[0])}`);
      expectSame(pairs, all.slice(0, first));
    }
  }
  if (run.keyed && batchSize === undefined) checkKeys(run, starts);
}

/** Starts of one key come in the order of the source, those of one item one after the other. */
function checkKeys({ items }: SharedRun, starts: readonly number[]): void {
  for (const key of [0, 1]) {
    const own = starts.filter((index) => items[index]?.key === key);
    expectSame(
      own,
      own.toSorted((a, b) => a - b),
    );
  }
}

describe('several runs on one pool', function () {
  // No hang waits for it: in virtual time a run that hangs is over, and is seen not to have ended.
  this.timeout(600_000);
  const { stackTraceLimit } = Error;
  // Most of the time would go into stacks that nobody reads.
  before(() => (Error.stackTraceLimit = 0));
  after(() => (Error.stackTraceLimit = stackTraceLimit));

  for (const [count, numRuns] of [
    [2, 10_000],
    [3, 2000],
  ] as const)
    it(`end, with all their results, whatever they do: ${String(count)} at once, ${String(numRuns)} times`, () => {
      fc.assert(
        fc.property(
          sharedRuns(count),
          fc.constantFrom(1, 2, 2, 2, 3),
          fc.constantFrom(0, 0, 2),
          (runs, size, crash) => {
            const heard = observe(runs, size, crash);
            runs.forEach((run, number) => {
              check(run, heard[number] as Heard);
            });
          },
        ),
        { numRuns, seed: 20_240_229 },
      );
    });
});
