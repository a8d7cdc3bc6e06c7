import { expect } from 'chai';
import { lastValueFrom, range, toArray } from 'rxjs';
import { parallelMap } from '../../src/operators/parallelMap.ts';
import { tasks } from '../../src/tasks/tasks.ts';
import { installNode, type NodeVersion } from '../matrix/nodes.ts';
import { describeOnRedis } from '../support/queue/redisServer.ts';
import { faultTasksUrl, World } from '../support/queue/World.ts';
import { scratch } from '../support/scratch.ts';
import { cellsOf, IS_SAMPLE } from './specifyFaults.ts';

const t = tasks<typeof import('../support/queue/faultTasks.mjs')>(faultTasksUrl);
const ITEMS = 20;

// Each version of Node is installed from npm first, for which a sample has no time.
if (!IS_SAMPLE)
  for (const major of ['20', '22', '24', '26'])
    describeOnRedis(`machines on Node ${major}`, function () {
      this.timeout(300_000);
      const log = scratch();
      let node: NodeVersion;
      let world: World;
      before(async () => {
        node = await installNode(major);
      });
      beforeEach(async () => {
        world = new World();
        await world.server.start();
      });
      afterEach(() => world.close());

      for (const { ordered, chunkSize } of cellsOf(0))
        it(`serve programs on Node ${process.version}: ordered ${String(ordered)}, chunkSize ${String(chunkSize)}`, async () => {
          await Promise.all([
            world.machine({}, { node: node.binary }),
            world.machine({ where: 'processes' }, { node: node.binary }),
          ]);
          const pool = await world.pool();
          const config = { pool, ordered, chunkSize } as const;
          const [doubled, counted] = await Promise.all([
            lastValueFrom(
              range(0, ITEMS).pipe(parallelMap(t.slowDouble, { ...config, args: [log.file, 5] }), toArray()),
            ),
            lastValueFrom(range(0, 4).pipe(parallelMap(t.slowCount, { ...config, args: [log.file, 5] }), toArray())),
          ]);
          expect(doubled.toSorted(([a], [b]) => a - b)).to.deep.equal(
            Array.from({ length: ITEMS }, (_, n) => [n, 2 * n]),
          );
          expect(counted).to.have.length(12);
        });
    });
