import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import Table from 'cli-table3';
import { cancel } from './cancel.mjs';
import { local } from './local.mjs';
import { ordered } from './ordered.mjs';
import { othersCores } from './othersCores.mjs';
import { asynchronous, paths } from './paths.mjs';
import { startup } from './startup.mjs';
import { cases, throughput } from './throughput.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    workers: { type: 'string', default: '2' },
    only: { type: 'string', default: '' },
    json: { type: 'string', default: fileURLToPath(new URL('./results.json', import.meta.url)) },
  },
});
const settings = { rounds: Number(values.rounds), workers: Number(values.workers) };
const wanted = (name) => name.includes(values.only);
const report = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, ...settings, results: {} };

/** More than this, in cores, and the figures are not those of a calm machine. */
const CALM_CORES = 0.15;
let others = othersCores();

const show = (title, head, rows) => {
  const table = new Table({
    head,
    colAligns: head.map((_, at) => (at === 0 ? 'left' : 'right')),
    style: { head: [], border: [] },
  });
  table.push(...rows);
  console.log(`\n${title}\n${table.toString()}`);
  const cores = others();
  if (cores > CALM_CORES) console.log(`not calm: other processes used ${cores.toFixed(2)} cores meanwhile`);
  (report.othersCores ??= {})[title] = cores;
  others = othersCores();
};
const few = (number) => (number >= 100 ? number.toFixed(0) : number.toPrecision(3));
const spread = ({ low, high }) => `${few(low)} – ${few(high)}`;

for (const each of cases.filter(({ name }) => wanted(name))) {
  const rows = await throughput(each, settings);
  report.results[each.name] = rows;
  show(
    each.name,
    ['', 'µs an item', 'middle half', 'efficiency', 'of raw batches'],
    rows.map(({ name, us, efficiency, ofRaw, ...row }) => [
      name,
      few(us),
      spread(row),
      efficiency.toFixed(2),
      ofRaw.toFixed(2),
    ]),
  );
}

const simple = (title, unit, rows) => {
  show(
    title,
    ['', unit, 'middle half'],
    Object.entries(rows).map(([name, row]) => [name, few(row.median), spread(row)]),
  );
};

if (wanted('start-up')) {
  const { cold, warm } = (report.results['start-up'] = await startup(settings));
  simple('start-up: to the first result of a new pool of one worker', 'ms', cold);
  simple('start-up: to a result of a pool that is warm', 'ms', warm);
}
if (wanted('ordered')) {
  const { skewed, head, held } = (report.results.ordered = await ordered(settings));
  simple('ordered: 20,000 items, one in ten 25 times as slow', 'ms', skewed);
  simple('ordered: a head of 1 s, 100,000 items of 1 µs behind it', 'ms', head);
  console.log(`most items held behind that head, with bufferSize ${held.bufferSize}: ${held.most}`);
}
if (wanted('cancel'))
  simple('cancel: until the same place answers again', 'ms', (report.results.cancel = await cancel(settings)));
if (wanted('memory')) {
  const path = fileURLToPath(new URL('./memory.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [path]);
  const { at1M, at10M } = (report.results.memory = JSON.parse(stdout));
  console.log(
    `\nmemory: endless source, slow consumer: ${at1M} MB after 1 million items, ${at10M} MB after 10 million`,
  );
}
if (wanted('paths')) simple('paths: on threads', 'µs an item', (report.results.paths = await paths(settings)));
if (wanted('async')) {
  const title = 'async: an empty async function, 16 calls at once';
  simple(title, 'µs of CPU an item', (report.results.async = await asynchronous(settings)));
}
if (wanted('local')) {
  simple(
    'local: synchronous items in this thread, one by one',
    'µs an item',
    (report.results.local = await local(settings)),
  );
}
if (wanted('calls')) {
  // In a process of its own, since it measures the main thread.
  const path = fileURLToPath(new URL('./calls.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [path, '--rounds', values.rounds]);
  report.results.calls = stdout.trim().split('\n');
  console.log(`\ncalls: pooled, in units of piscina.run\n${stdout}`);
}

await writeFile(values.json, JSON.stringify(report, undefined, 2));
console.log(`\nall rounds, as numbers: ${values.json}`);
// Workers that a contender has not ended would hold it.
process.exit();
