import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { from, lastValueFrom, range, tap, toArray } from 'rxjs';
import { parallelMap } from '../../src/operators/parallelMap.ts';
import { tasks } from '../../src/tasks/tasks.ts';
import { CAN_NETWORK, Network } from '../support/queue/Network.ts';
import { describeOnRedis } from '../support/queue/redisServer.ts';
import { faultTasksUrl, LEASE_MS, World } from '../support/queue/World.ts';
import { scratch } from '../support/scratch.ts';
import { until } from '../support/until.ts';
import { cellsOf } from './specifyFaults.ts';

const t = tasks<typeof import('../support/queue/faultTasks.mjs')>(faultTasksUrl);
const SENDER = fileURLToPath(new URL('../support/queue/sender.mjs', import.meta.url));
const ITEMS = 60;
const ITEM_MS = 50;
/** So long that a machine has items when it is cut off. */
const LONG_MS = 300;
const ALL = Array.from({ length: ITEMS }, (_, n) => [n, 2 * n]);
/** Half of the time after which ioredis by itself would find that a connection is dead. */
const DEAF_MS = 15_000;

if (CAN_NETWORK)
  describeOnRedis('hosts of a network', function () {
    this.timeout(60_000);
    const log = scratch();
    let network: Network;
    let world: World;
    beforeEach(async () => {
      network = new Network();
      world = new World([], network);
      await world.server.start();
    });
    afterEach(async () => {
      await world.close();
      network.remove();
    });

    for (const { ordered, chunkSize } of cellsOf(3)) {
      const title = `ordered ${String(ordered)}, chunkSize ${String(chunkSize)}`;

      it(`a machine is cut off past its lock: each item settles once, and the machine serves again: ${title}`, async () => {
        const hosts = [network.addHost(), network.addHost()] as const;
        const [, other] = await Promise.all(hosts.map((host) => world.machine({}, { host })));
        const pool = await world.pool({ chunkMs: 200 });
        let settled = 0;
        const run = (): Promise<readonly (readonly [number, number])[]> =>
          lastValueFrom(
            range(0, ITEMS).pipe(
              parallelMap(t.slowDouble, { pool, ordered, chunkSize, args: [log.file, LONG_MS] }),
              tap(() => (settled += 1)),
              toArray(),
            ),
          );
        const first = run();
        await until(() => settled >= 8);
        network.cut(hosts[0]);
        const results = await first;
        // The machine has ended its chunks, and nobody has heard of it.
        expect(log.lines().length).to.be.above(ITEMS);
        network.heal(hosts[0]);
        other?.kill('SIGKILL');
        for (const pairs of [results, await run()])
          expect(ordered ? pairs : pairs.toSorted(([a], [b]) => a - b)).to.deep.equal(ALL);
      });

      it(`a program is cut off past the lock: each of its items settles once: ${title}`, async () => {
        const host = network.addHost();
        await Promise.all([world.machine(), world.machine()]);
        const options = { items: ITEMS, ms: ITEM_MS, ordered, chunkSize, chunkMs: 200, file: log.file };
        const program = world.start(SENDER, options, { host });
        const heard: unknown[] = [];
        program.on('message', (message) => heard.push(message));
        try {
          await until(() => heard.length >= 8);
          network.cut(host);
          // Its chunks end, and it sends no more.
          const { queue } = world.operator;
          while ((await queue.getActiveCount()) + (await queue.getPrioritizedCount()) > 0);
          expect(heard.length).to.be.below(ITEMS);
          await sleep(3 * LEASE_MS);
          network.heal(host);
          await until(() => typeof heard.at(-1) === 'string' && heard.length > 1);
          const [open, ...pairs] = heard;
          expect([open, pairs.pop()]).to.deep.equal(['open', 'done']);
          const sorted = (pairs as readonly (readonly [number, number])[]).toSorted(([a], [b]) => a - b);
          expect(ordered ? pairs : sorted).to.deep.equal(ALL);
        } finally {
          program.kill('SIGKILL');
        }
      });
    }

    it('a machine hears its programs again after Redis has closed its connections while it was cut off', async () => {
      const host = network.addHost();
      network.forgetSoon();
      await world.machine({}, { host });
      const pools = await Promise.all([world.pool(), world.pool()]);
      network.cut(host);
      await world.server.stop();
      // The end of each connection is lost on the way.
      await until(() => !network.hasClosing());
      await world.server.start();
      network.heal(host);
      const beganAtMs = performance.now();
      // More yields than a machine may send before it has heard its program.
      const runs = pools.map((pool) =>
        lastValueFrom(
          from([0, 1]).pipe(parallelMap(t.slowCount, { pool, ordered: true, args: [log.file, 50] }), toArray()),
        ),
      );
      for (const steps of await Promise.all(runs))
        expect(steps.map(([, step]) => step)).to.deep.equal([0, 1].flatMap((n) => [0, 1, 2].map((step) => [n, step])));
      expect(performance.now() - beganAtMs).to.be.below(DEAF_MS);
    });
  });
else
  describe('hosts of a network', () => {
    it('need network namespaces, which are for root alone', function () {
      this.skip();
    });
  });
