import { expect } from 'chai';
import { lastValueFrom, range, toArray } from 'rxjs';
import { parallelMap } from '../../src/operators/parallelMap.ts';
import { WorkerCrashError } from '../../src/tasks/errors/errors.ts';
import { tasks } from '../../src/tasks/tasks.ts';
import { describeOnRedis } from '../support/queue/redisServer.ts';
import { faultTasksUrl, World } from '../support/queue/World.ts';
import { scratch } from '../support/scratch.ts';
import { CELLS } from './specifyFaults.ts';

const t = tasks<typeof import('../support/queue/faultTasks.mjs')>(faultTasksUrl);
/**
 * Long enough that no machine loses its lock for lack of a processor, which would count against its item. A process loses no
 * machine with it: none has to be found to be lost.
 */
const LEASES_MS = { here: 3000, processes: 15_000 };
const ITEMS = 12;
const DEADLY = 4;
const CELLS_OF_RUN = process.env.RXJS_PARALLEL_MACHINES === 'sample' ? CELLS.slice(4, 5) : CELLS;

describeOnRedis('an item that ends the process in which it runs', function () {
  this.timeout(120_000);
  const log = scratch();
  let world: World;
  /** Of one test: the machines of another one may still be ending. */
  let state: { isOver: boolean; lost: number };
  beforeEach(async () => {
    world = new World();
    state = { isOver: false, lost: 0 };
    await world.server.start();
  });
  afterEach(async () => {
    state.isOver = true;
    await world.close();
  });

  /** Starts a machine, and another one when it has died, as a supervisor does. */
  const supervise = async (where: keyof typeof LEASES_MS): Promise<void> => {
    const own = state;
    const machine = await world.machine({ where, leaseMs: LEASES_MS[where] });
    machine.once('exit', () => {
      if (own.isOver) return;
      own.lost += 1;
      void supervise(where);
    });
  };

  for (const { ordered, chunkSize } of CELLS_OF_RUN) {
    const title = `ordered ${String(ordered)}, chunkSize ${String(chunkSize)}`;
    const run = async (crashRetries: number): Promise<readonly (readonly [index: number, result: unknown])[]> => {
      const config = { pool: await world.pool(), ordered, chunkSize, crashRetries, onError: 'return' } as const;
      const results = await lastValueFrom(
        range(0, ITEMS).pipe(parallelMap(t.killAt, { ...config, args: [DEADLY, log.file] }), toArray()),
      );
      return ordered ? results : results.toSorted(([a], [b]) => a - b);
    };
    const expectOneFailed = (results: readonly (readonly [index: number, result: unknown])[]): void => {
      expect(results.map(([index]) => index)).to.deep.equal(Array.from({ length: ITEMS }, (_, index) => index));
      for (const [index, result] of results)
        if (index === DEADLY) expect(result).to.be.instanceOf(WorkerCrashError).with.property('index', DEADLY);
        else expect(result).to.equal(2 * index);
    };

    it(`fails alone after three machines, and all others settle: ${title}`, async () => {
      await Promise.all([supervise('here'), supervise('here')]);
      expectOneFailed(await run(0));
      expect(log.lines().filter((line) => line === String(DEADLY)).length).to.be.within(3, 6);
      expect(state.lost).to.be.within(3, 6);
    });

    it(`fails alone where it has another item beside it on each machine: ${title}`, async () => {
      await supervise('here');
      expectOneFailed(await run(0));
      expect(state.lost).to.be.within(3, 6);
    });

    it(`fails alone and ends no machine where each worker is a process: ${title}`, async () => {
      await Promise.all([supervise('processes'), supervise('processes')]);
      expectOneFailed(await run(1));
      // In its chunk, alone, and in its retry.
      expect(log.lines().filter((line) => line === String(DEADLY)).length).to.be.within(2, 3);
      expect(state.lost).to.equal(0);
    });
  }
});
