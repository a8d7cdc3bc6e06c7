import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { build } from 'esbuild';
import { median } from 'simple-statistics';
import { DrivenPage } from '../../spec/web/DrivenPage.ts';
import { installedBrowsers } from '../../spec/web/installedBrowsers.ts';
import { PageServer } from '../../spec/web/PageServer.ts';
import { summary } from '../statistics.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    workers: { type: 'string', default: '2' },
    only: { type: 'string', default: '' },
  },
});
const settings = { rounds: Number(values.rounds), workers: Number(values.workers) };
const chromium = installedBrowsers().find(({ name }) => name === 'Chromium');
if (chromium === undefined) throw new Error('the bench in a page needs Chromium');

const folder = mkdtempSync(join(tmpdir(), 'rxjs-parallel-bench-'));
const names = ['page', ...['ours', 'raw', 'comlink', 'workerpool'].map((name) => `${name}.worker`)];
await build({
  absWorkingDir: fileURLToPath(new URL('.', import.meta.url)),
  entryPoints: names.map((name) => `${name}.mjs`),
  outdir: folder,
  bundle: true,
  minify: true,
  format: 'esm',
  splitting: true,
  platform: 'browser',
  target: 'es2022',
  // workerpool looks for these in Node.
  external: ['os', 'child_process', 'worker_threads', 'url'],
  logLevel: 'error',
});
writeFileSync(
  join(folder, 'index.html'),
  '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>',
);

const few = (number) => (number >= 100 ? number.toFixed(0) : number.toPrecision(3));

/** Shows each contender beside the first, by the ratios of the same rounds. */
function show(title, figures) {
  const [first] = Object.values(figures);
  const table = new Table({
    head: ['', title.startsWith('first') ? 'ms' : 'µs an item', 'middle half', 'times the first'],
    colAligns: ['left', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  for (const [name, rounds] of Object.entries(figures)) {
    const { median: middle, low, high } = summary(rounds);
    const times = median(rounds.map((value, at) => value / first[at]));
    table.push([name, few(middle), `${few(low)} – ${few(high)}`, times.toFixed(3)]);
  }
  console.log(`\n${title}\n${table.toString()}`);
}

const server = new PageServer(folder);
const url = await server.listen();
const page = await DrivenPage.open(chromium);
try {
  await page.goTo(url);
  const titles = await page.call(() => globalThis.titles());
  for (const title of titles.filter((each) => each.includes(values.only)))
    show(title, await page.call((each, given) => globalThis.run(each, given), title, settings));
} finally {
  await page.close();
  server.close();
  rmSync(folder, { recursive: true });
}
