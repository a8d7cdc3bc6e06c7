import { expect } from 'chai';
import fc from 'fast-check';
import { firstValueFrom, from, toArray } from 'rxjs';
import { parallelMap } from '../../../src/operators/parallelMap.ts';
import { WorkerCrashError } from '../../../src/tasks/errors/errors.ts';
import type { Fate } from '../../../src/testing.ts';
import { machineTasks as t, VirtualMachines } from '../../support/queue/virtualMachines.ts';

type Pair = readonly [index: number, result: unknown];

interface Run {
  readonly isGenerator: boolean;
  readonly items: readonly number[];
  readonly ordered: boolean;
  readonly chunkSize: number | 'auto';
  readonly priority: number;
}

/** A fault of the queue, when so many messages have been sent. */
interface Strike {
  readonly at: number;
  readonly fault: 'locks' | 'memory' | 'cut';
  readonly machine: number;
  readonly forMs: number;
}

interface World {
  readonly runs: readonly Run[];
  readonly strikes: readonly Strike[];
  /** The fates of the first messages. All later ones arrive, so that each run ends. */
  readonly fates: readonly (Fate | undefined)[];
}

const aRun: fc.Arbitrary<Run> = fc.record({
  isGenerator: fc.boolean(),
  items: fc.array(fc.nat(4), { maxLength: 12 }),
  ordered: fc.boolean(),
  chunkSize: fc.constantFrom<(number | 'auto')[]>(1, 3, 7, 'auto'),
  priority: fc.constantFrom(-1, 0, 0, 2),
});

const aStrike: fc.Arbitrary<Strike> = fc.record({
  at: fc.integer({ min: 1, max: 60 }),
  fault: fc.constantFrom('locks', 'memory', 'cut'),
  machine: fc.nat(1),
  forMs: fc.integer({ min: 1, max: 10_000 }),
});

/** Most messages arrive at once. */
const aFate: fc.Arbitrary<Fate | undefined> = fc.oneof(
  { weight: 12, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.constant({ copies: 0 }) },
  { weight: 1, arbitrary: fc.constant({ copies: 2 }) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 3000 }).map((delayMs) => ({ delayMs })) },
);

const aWorld: fc.Arbitrary<World> = fc.record({
  runs: fc.array(aRun, { minLength: 2, maxLength: 3 }),
  strikes: fc.array(aStrike, { maxLength: 3 }),
  fates: fc.array(aFate, { maxLength: 120, size: 'max' }),
});

/** Does all runs at once, and returns the results of each. */
async function see({ runs, strikes, fates }: World): Promise<readonly (readonly Pair[])[]> {
  let sent = 0;
  const world: VirtualMachines = new VirtualMachines(({ way }) => {
    sent += 1;
    for (const { at, fault, machine, forMs } of strikes) {
      if (at !== sent) continue;
      if (fault === 'locks') world.engine.loseLocks();
      else if (fault === 'memory') world.engine.forgetAll();
      else {
        world.engine.cutOff(machine);
        world.engine.clock.after(forMs, () => {
          world.engine.reconnect(machine);
        });
      }
    }
    const fate = fates[sent - 1];
    // A queue hands a chunk over, or it does not: it loses none on the way.
    return way === 'chunk' && fate?.copies === 0 ? undefined : fate;
  });
  await world.open();
  const results = await world.during(
    Promise.all(
      runs.map(({ isGenerator, items, ordered, chunkSize, priority }) => {
        const config = { pool: world.pool, ordered, chunkSize, priority, onError: 'return', crashRetries: 0 } as const;
        const source$ = from(items);
        return isGenerator
          ? firstValueFrom(source$.pipe(parallelMap(t.count, config), toArray()))
          : firstValueFrom(source$.pipe(parallelMap(t.double, config), toArray()));
      }),
    ),
  );
  await world.close();
  expect(world.engine.contents).to.include({ streams: 0 });
  return results;
}

/** Each index once, with its result; of a generator all values, or the first of them and an error. */
function check({ isGenerator, items, ordered }: Run, pairs: readonly Pair[], mayFail: boolean): void {
  const indices = pairs.map(([index]) => index);
  if (ordered) expect(indices).to.deep.equal(indices.toSorted((a, b) => a - b));
  items.forEach((item, at) => {
    const own = pairs.filter(([index]) => index === at).map(([, result]) => result);
    const failed = own.at(-1) instanceof WorkerCrashError;
    if (!mayFail) expect(failed).to.equal(false);
    const values = failed ? own.slice(0, -1) : own;
    if (isGenerator)
      expect(values).to.deep.equal(Array.from({ length: failed ? values.length : item }, (_, step) => step));
    else expect(values).to.deep.equal(failed ? [] : [2 * item]);
  });
  expect(pairs.every(([index]) => index >= 0 && index < items.length)).to.equal(true);
}

describe('several runs on machines whose queue has random faults', function () {
  this.timeout(120_000);

  it('settle each index once, in order where they have to, whatever is lost, repeated, late or cut off', async () => {
    await fc.assert(
      fc.asyncProperty(aWorld, async (world) => {
        const results = await see(world);
        world.runs.forEach((run, n) => {
          check(run, results[n] ?? [], true);
        });
      }),
      { numRuns: 150, seed: 20_240_229 },
    );
  });

  it('fail no item where all messages are late alike', async () => {
    await fc.assert(
      fc.asyncProperty(aWorld, fc.nat(300), async ({ runs }, delayMs) => {
        const fates = Array.from({ length: 500 }, () => ({ delayMs }));
        const results = await see({ runs, strikes: [], fates });
        runs.forEach((run, n) => {
          check(run, results[n] ?? [], false);
        });
      }),
      { numRuns: 50, seed: 20_240_229 },
    );
  });
});
