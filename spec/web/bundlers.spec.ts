import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { install, pack } from '../matrix/install.ts';
import { run } from '../support/run.ts';
import { ANGULAR } from './bundlers/angular.ts';
import { BUILDS } from './bundlers/builds.ts';
import { PLAIN } from './bundlers/plain.ts';
import type { Row } from './bundlers/Row.ts';
import { SERVERS } from './bundlers/servers.ts';
import { installedBrowsers } from './installedBrowsers.ts';
import { postedBy } from './postedBy.ts';
import { startServer } from './startServer.ts';

const EXPECTED = {
  served: ['sea in a worker', 'sky in a worker'],
  twoScripts: ['sea in a worker', 'sky in a worker', 'sea is 3 blue', 'wood is 4 blue'],
  inline: ['4 undefined', '9 undefined'],
  ordered: [10, 20, 30],
  generator: [0, 1, 2],
  error: [true, true, 7, 'odd: 7'],
  moved: [254, 253],
  here: ['sea in the page'],
  calls: ['a in a worker', 'b in a worker'],
};

/** Milliseconds that a step of a build, and a page, may take on a machine with much other work. */
const STEP_MS = 300_000;
const PAGE_MS = 120_000;

const ROWS = [...BUILDS, ...SERVERS, ...ANGULAR];

const browsers = installedBrowsers();
const rows = process.env.RXJS_PARALLEL_BUNDLERS === 'gate' ? ROWS.filter(({ gate }) => gate) : ROWS;

describe(`a program that a bundler has built, in ${browsers.map(({ name }) => name).join(', ') || 'no browser'}`, function () {
  // Each wait has an end of its own, which says what was missing.
  this.timeout(20 * 60_000);
  let folder = '';
  let packed = '';

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rxjs-parallel-web-'));
    packed = await pack(folder);
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  for (const row of browsers.length === 0 ? [] : rows)
    it(`runs served and inline tasks in workers: ${row.name}`, async () => {
      await expectPosted(row, EXPECTED);
    });

  for (const row of browsers.length === 0 || rows !== ROWS ? [] : [PLAIN])
    it(`runs modules that are named by their URLs, and inline tasks, in workers: ${row.name}`, async () => {
      await expectPosted(row, {
        byUrl: ['sea in a worker', 'sky in a worker'],
        inline: [4, 9],
        here: ['sea in the page'],
      });
    });

  async function expectPosted(row: Row, expected: unknown): Promise<void> {
    const project = await built(row);
    const { root, path, end } = await served(row, project);
    try {
      for (const browser of browsers) {
        const posted = await postedBy(browser, root, { path, limitMs: PAGE_MS });
        expect(posted, `${browser.name}, in ${String(PAGE_MS)} ms`).to.not.equal(undefined);
        expect(posted, browser.name).to.deep.equal(expected);
      }
    } finally {
      await end();
    }
  }

  async function built(row: Row): Promise<string> {
    const project = await install(row, folder, packed);
    for (const step of row.steps)
      await run(process.execPath, step, { cwd: project, env: { ...process.env, ...row.env }, timeout: STEP_MS });
    return project;
  }
});

/** What serves the page: a server of the bundler, or ours. */
async function served(
  row: Row,
  project: string,
): Promise<{ readonly root: string; readonly path: string; readonly end: () => Promise<void> }> {
  if ('server' in row) {
    const { url, end } = await startServer(row.server, { cwd: project, env: { ...row.env } });
    return { root: project, path: url, end };
  }
  const root = join(project, row.output);
  if (row.files?.['page.html'] !== undefined) copyFileSync(join(project, 'page.html'), join(root, 'index.html'));
  if (row.rendered !== undefined) expect(readFileSync(join(root, 'index.html'), 'utf8')).to.match(row.rendered);
  return { root, path: '/', end: () => Promise.resolve() };
}
