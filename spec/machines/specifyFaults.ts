import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { lastValueFrom, range, tap, toArray } from 'rxjs';
import { parallelMap } from '../../src/operators/parallelMap.ts';
import { tasks } from '../../src/tasks/tasks.ts';
import type { Fault } from '../support/queue/faultCells.ts';
import { faultTasksUrl, World } from '../support/queue/World.ts';
import { scratch } from '../support/scratch.ts';
import { until } from '../support/until.ts';

const t = tasks<typeof import('../support/queue/faultTasks.mjs')>(faultTasksUrl);
const ITEMS = 60;
const ITEM_MS = 50;
/** The fault comes when so many items have settled. */
const STRIKE_AFTER = 8;

/** Whether only a sample of the combinations runs. */
export const IS_SAMPLE = process.env.RXJS_PARALLEL_MACHINES === 'sample';

export interface Cell {
  readonly ordered: boolean;
  readonly chunkSize: number | 'auto';
}

/** All combinations of order and size of chunks. */
export const CELLS: readonly Cell[] = [false, true].flatMap((ordered) =>
  ([1, 7, 'auto'] as const).map((chunkSize) => ({ ordered, chunkSize })),
);

/** The combinations to run: of a sample one for each fault, another one for each, so that few faults cover all of them. */
export function cellsOf(at: number): readonly Cell[] {
  return IS_SAMPLE ? CELLS.slice(at % CELLS.length, (at % CELLS.length) + 1) : CELLS;
}

/** Specifies that a run survives a fault: each index once, with the right result, and nothing left. */
export function specifyFault({ name, args, strike }: Fault, cells: readonly Cell[]): void {
  describe(`while ${name}`, function () {
    this.timeout(90_000);
    const log = scratch();
    let world: World;
    beforeEach(async () => {
      world = new World(args);
      await world.server.start();
    });
    afterEach(() => world.close());

    for (const { ordered, chunkSize } of cells)
      it(`each item settles once: ordered ${String(ordered)}, chunkSize ${String(chunkSize)}`, async () => {
        await Promise.all([world.machine(), world.machine()]);
        const pool = await world.pool({ chunkMs: 200 });
        let settled = 0;
        const done = lastValueFrom(
          range(0, ITEMS).pipe(
            parallelMap(t.slowDouble, { pool, ordered, chunkSize, args: [log.file, ITEM_MS] }),
            tap(() => (settled += 1)),
            toArray(),
          ),
        );
        await until(() => settled >= STRIKE_AFTER);
        const [results] = await Promise.all([done, strike(world)]);

        const inOrder = ordered ? results : results.toSorted(([a], [b]) => a - b);
        expect(inOrder).to.deep.equal(Array.from({ length: ITEMS }, (_, n) => [n, 2 * n]));
        expect(existsSync(log.file) ? readFileSync(log.file, 'utf8').split('\n').length : 0).to.be.at.least(ITEMS);
        expect(await world.findLeft()).to.deep.equal([]);
      });
  });
}
