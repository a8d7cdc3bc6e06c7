// Runs of random options on machines that are killed, stopped and cut off at random, with a Redis that is killed:
// npm run soak:machines -- --minutes 10 [--seed 1]
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { World } from '../support/queue/World.ts';
import { CAN_NETWORK, Network, type Host } from '../support/queue/Network.ts';
import { takeCensus, type Census } from './census.ts';
import { chance } from './chance.js';
import { during, EARLY, findRemains, LATE } from './leaks.ts';
import { RandomRuns } from './RandomRuns.ts';
import { Problems } from './Problems.ts';
import { machineFaults } from './machineFaults.ts';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string', default: '1' } },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
const MACHINES = 3;
const LANES = 4;
/** How much larger the heap may be late than early, in megabytes: the code is still getting warm. */
const GROWTH_MB = 8;
const SAMPLE_MS = 1000;

const problems = new Problems();
const network = CAN_NETWORK ? new Network() : undefined;
const world = new World(['--appendonly', 'yes', '--appendfsync', 'everysec'], network);
const log = join(tmpdir(), `rxjs-parallel-soak-${String(process.pid)}.log`);
process.once('exit', () => {
  rmSync(log, { force: true });
  network?.remove();
});
const before = takeCensus();
await world.server.start();

const hosts: readonly (Host | undefined)[] = Array.from({ length: MACHINES }, () => network?.addHost());
const faults = machineFaults(world, network, hosts);
await faults.startAll();
const pools = await Promise.all([world.pool({ workersTimeout: 60_000 }), world.pool({ workersTimeout: 60_000 })]);
const runs = new RandomRuns(pools, log, seed, problems);

const startedAtMs = performance.now();
const isOver = (): boolean => performance.now() - startedAtMs >= 60_000 * minutes;
const samples: Census[] = [];
const sampling = (async () => {
  while (!isOver()) {
    samples.push(takeCensus());
    await sleep(SAMPLE_MS);
  }
})();
const striking = (async () => {
  for (let nth = 1; !isOver(); nth += 1) {
    await sleep(500 + 2000 * chance(seed, -nth));
    await faults.strike(chance(seed + 1, nth));
  }
})();
await Promise.all([sampling, striking, ...Array.from({ length: LANES }, (_, lane) => runs.repeat(lane, isOver))]);

await Promise.all(world.pools.splice(0).map((pool) => pool.close()));
for (const key of await world.findLeft()) problems.add(`${key} is left in Redis, and does not expire`);
const ended = world.machines.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
const exits = ended.map((machine) => once(machine, 'exit'));
await world.close();
await Promise.all(exits);
await sleep(0);

const [early, late] = [EARLY, LATE].map((part) => during(samples, part, ({ heapMb }) => heapMb)) as [number, number];
if (!(late - early <= GROWTH_MB)) problems.add(`the heap has grown from ${early.toFixed(1)} to ${late.toFixed(1)} MB`);
for (const remains of findRemains(before, takeCensus())) problems.add(remains);
if (runs.items === 0) problems.add('no item has settled');

console.log(`${String(minutes)} minutes, seed ${values.seed}: ${runs.summary}`);
console.log(`faults: ${faults.summary}`);
console.log(`heap in use: ${early.toFixed(1)} MB early, ${late.toFixed(1)} MB late`);
for (const line of problems.lines) console.error(line);
process.exitCode = problems.none ? 0 : 1;
