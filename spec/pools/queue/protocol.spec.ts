import { expect } from 'chai';
import { firstValueFrom, from, toArray } from 'rxjs';
import { parallelMap } from '../../../src/operators/parallelMap.ts';
import { WorkerCrashError } from '../../../src/tasks/errors/errors.ts';
import type { Fate, MemoryMessage } from '../../../src/testing.ts';
import { machineTasks as t, VirtualMachines } from '../../support/queue/virtualMachines.ts';

const ITEMS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
type Pair = readonly [index: number, result: unknown];

interface Options {
  readonly ordered: boolean;
  readonly chunkSize: number | 'auto';
}

const CELLS: readonly Options[] = [false, true].flatMap((ordered) =>
  ([1, 7, 'auto'] as const).map((chunkSize) => ({ ordered, chunkSize })),
);

/** Runs numbers and generators, at once, with what a fate does to their messages. */
async function run(
  options: Options,
  fate?: (message: MemoryMessage, world: VirtualMachines) => Fate | undefined,
): Promise<void> {
  const world: VirtualMachines = new VirtualMachines((message) => fate?.(message, world));
  await world.open();
  const config = { ...options, pool: world.pool, onError: 'return', crashRetries: 0 } as const;
  const [numbers, steps] = await world.during(
    Promise.all([
      firstValueFrom(from(ITEMS).pipe(parallelMap(t.double, config), toArray())),
      firstValueFrom(from([3, 0, 2]).pipe(parallelMap(t.count, config), toArray())),
    ]),
  );
  const results = options.ordered ? numbers : numbers.toSorted(([a], [b]) => a - b);
  expect(results.map(([index]) => index)).to.deep.equal(ITEMS);
  for (const [index, result] of results) if (!(result instanceof WorkerCrashError)) expect(result).to.equal(2 * index);
  checkSteps(steps);
  await world.close();
  expect(world.engine.contents).to.include({ streams: 0 });
}

/** Of each generator the first values, without a gap, and an error where it has not come to its end. */
function checkSteps(steps: readonly Pair[]): void {
  [3, 0, 2].forEach((count, index) => {
    const own = steps.filter(([at]) => at === index).map(([, step]) => step);
    const failed = own.at(-1) instanceof WorkerCrashError;
    const values = failed ? own.slice(0, -1) : own;
    expect(values).to.deep.equal(Array.from({ length: failed ? values.length : count }, (_, step) => step));
  });
}

/** A chance, the same in each run of the specs. */
function chanceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

describe('the protocol between a program and its machines', function () {
  this.timeout(60_000);

  for (const cell of CELLS)
    describe(`ordered ${String(cell.ordered)}, chunkSize ${String(cell.chunkSize)}`, () => {
      for (const [fault, strike] of [
        [
          'all locks are lost',
          (world) => {
            world.engine.loseLocks();
          },
        ],
        [
          'all is forgotten',
          (world) => {
            world.engine.forgetAll();
          },
        ],
        [
          'a machine is cut off',
          (world) => {
            world.engine.cutOff(0);
          },
        ],
      ] as const satisfies (readonly [string, (world: VirtualMachines) => void])[])
        it(`settles each index once, if ${fault} at any message`, async () => {
          let messages = 0;
          await run(cell, () => {
            messages += 1;
            return undefined;
          });
          expect(messages).to.be.above(10);
          for (let at = 1; at <= messages; at += cell.chunkSize === 1 ? 3 : 1) {
            let count = 0;
            await run(cell, (_message, world) => {
              count += 1;
              if (count === at) strike(world);
              return undefined;
            });
          }
        });

      it('settles each index once, whatever is lost, comes twice or late', async () => {
        for (let seed = 1; seed <= 20; seed += 1) {
          const chance = chanceOf(seed);
          await run(cell, ({ way }) => {
            const drawn = chance();
            if (way === 'chunk') return drawn < 0.1 ? { copies: 2 } : undefined;
            if (drawn < 0.05) return { copies: 0 };
            if (drawn < 0.1) return { copies: 2 };
            return drawn < 0.2 ? { delayMs: 1 + 3000 * chance() } : undefined;
          });
        }
      });
    });
});
