// Single calls on warm pools of two workers, compared with others, in one process, in turn:
// node bench/calls.mjs [--rounds 5] [--ms 700] [--only "part of a row's name"]
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { contenders } from './callContenders.mjs';
import { httpRow } from './callsHttp.mjs';
import { parallel, ProcessPool, tasks, ThreadPool } from '../dist/index.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    ms: { type: 'string', default: '700' },
    only: { type: 'string', default: '' },
  },
});
const [ROUNDS, FOR_MS] = [Number(values.rounds), Number(values.ms)];

/** Milliseconds that the main thread has worked, by the kernel. */
const mainMs = () => Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const quantile = (list, part) => [...list].sort((a, b) => a - b)[Math.floor(list.length * part)];

const TEN_FIELDS = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`k${n}`, n]));

/** Makes calls for a while, so many at a time. `next` says how each is made, and whether its time counts. */
async function measure(inFlight, next) {
  const latencies = [];
  let calls = 0;
  const begun = performance.now();
  const cpu = mainMs();
  const until = begun + FOR_MS;
  const lane = async () => {
    while (performance.now() < until) {
      const at = performance.now();
      const isCounted = await next(calls++);
      if (isCounted !== false) latencies.push(performance.now() - at);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return {
    perSecond: (1000 * calls) / (performance.now() - begun),
    mainUs: (1000 * (mainMs() - cpu)) / calls,
    p99: quantile(latencies, 0.99),
  };
}

/** The calls that have taken longer than their timeout, on any side. */
let failed = 0;

const mode = { plain: 'plain', signal: 'signal and timeout' };

/** The same calls on each side. */
const steady = (how, task, item, inFlight, sides, where = '') => ({
  name: `${mode[how]}, ${task} ${typeof item === 'object' ? 'object' : item}, ${inFlight} in flight${where}`,
  sides,
  run: (side) => measure(inFlight, () => side[how](task, item, new AbortController())),
});

const THREADS = ['threads', 'piscina'];
const PROCESSES = ['processes', 'tinypool processes', 'parallel of one item on processes'];

const rows = [
  ...['plain', 'signal'].flatMap((how) =>
    [
      ['empty', 1],
      ['empty', TEN_FIELDS],
      ['spin', 0.1],
      ['spin', 1],
    ].flatMap(([task, item]) => [1, 8, 64].map((inFlight) => steady(how, task, item, inFlight, THREADS))),
  ),
  ...['plain', 'signal'].flatMap((how) =>
    [1, 8, 64].map((inFlight) => steady(how, 'empty', 1, inFlight, PROCESSES, ' on processes')),
  ),
  {
    name: '10 % aborted after 25 ms, the others take 1 ms, 4 in flight',
    sides: THREADS,
    run: (side) =>
      measure(4, async (n) => {
        const controller = new AbortController();
        if (n % 10 !== 9)
          return side.signal('nap', 1, controller).then(
            () => true,
            () => (failed += 1),
          );
        setTimeout(() => controller.abort(), 25);
        await side.signal('nap', 60_000, controller).catch(() => undefined);
        return false;
      }),
  },
  {
    name: '2 % take 50 ms, the others 0.2 ms, 32 in flight: p99 of the others',
    sides: THREADS,
    run: (side) =>
      measure(32, async (n) => {
        const isLong = n % 50 === 49;
        await side.signal('spin', isLong ? 50 : 0.2, new AbortController());
        return !isLong;
      }),
  },
  httpRow(THREADS, mainMs, FOR_MS),
];

for (const { name, sides, run } of rows.filter((row) => row.name.includes(values.only))) {
  const opened = Object.fromEntries(sides.map((side) => [side, contenders[side]()]));
  for (const side of sides) await run(opened[side]);
  const rounds = [];
  failed = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const one = {};
    for (const at of sides.keys()) {
      const side = sides[(at + round) % sides.length];
      one[side] = await run(opened[side]);
    }
    rounds.push(one);
  }
  const of = (side, what, digits) => median(rounds.map((round) => round[side][what])).toFixed(digits);
  const show = (side) => `${side} ${of(side, 'mainUs', 1)} us of main, ${of(side, 'perSecond', 0)}/s`;
  const [first, ...others] = sides;
  const ratio = (other, what) => median(rounds.map((round) => round[first][what] / round[other][what])).toFixed(2);
  const ratios = others.map(
    (other) =>
      `main ${ratio(other, 'mainUs')}, rate ${ratio(other, 'perSecond')}, p99 ${ratio(other, 'p99')} of ${other}`,
  );
  const { stopped } = opened[first].pool.stats();
  const ended = stopped === 0 ? '' : `; ${stopped} workers ended`;
  console.log(
    `${name}: ${ratios.join('; ')}   (${sides.map(show).join('; ')}${ended}${failed === 0 ? '' : `; ${failed} late`}; load ${loadavg()[0].toFixed(1)})`,
  );
  await Promise.all(sides.map((side) => opened[side].close()));
}

for (const Pool of [ThreadPool, ProcessPool]) {
  const name = `parallel of 3 items on a warm ${Pool.name}`;
  if (!name.includes(values.only)) continue;
  const pool = new Pool({ workers: 2, idleMs: Infinity });
  const { empty } = tasks(new URL('./workers/calls.mjs', import.meta.url));
  const run = () => measure(1, () => parallel(empty, [1, 2, 3], { pool }));
  await run();
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await run());
  const of = (what, digits) => median(rounds.map((round) => round[what])).toFixed(digits);
  console.log(`${name}: ${of('mainUs', 1)} us of main, ${of('perSecond', 0)}/s (load ${loadavg()[0].toFixed(1)})`);
  await pool.close();
}
