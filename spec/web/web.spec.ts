import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Browser } from './Browser.ts';
import { buildOperators, buildPools, buildZones } from './buildContract.ts';
import { buildPage } from './buildPage.ts';
import { installedBrowsers } from './installedBrowsers.ts';
import type { PageResult } from './page/postResults.ts';
import { postedBy } from './postedBy.ts';

/** Milliseconds for all tests of a page. */
const LIMIT_MS = 240_000;

/** Gives pages memory that threads share. */
const ISOLATED = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };

const browsers = installedBrowsers();
console.log(`browsers found: ${browsers.map(({ name }) => name).join(', ') || 'none'}`);

describe('the library in browsers', () => {
  it('is tested in those that RXJS_PARALLEL_BROWSERS names', () => {
    const required = (process.env.RXJS_PARALLEL_BROWSERS ?? '').split(',').filter((name) => name !== '');
    expect(browsers.map(({ name }) => name)).to.include.members(required);
  });
});

// Each test of a page is one here: so the pages run before.
for (const browser of browsers)
  for (const [name, build] of [
    ['the pages', buildPage],
    ['the contract of pools', buildPools],
    ['the contract of operators', buildOperators],
    ['the rules about zones', buildZones],
  ] as const)
    specify(`${browser.name}, ${name}`, await runIn(browser, build));

async function runIn(browser: Browser, build: (folder: string) => Promise<void>): Promise<PageRun | Error> {
  const folder = mkdtempSync(join(tmpdir(), 'rxjs-parallel-page-'));
  try {
    await build(folder);
    return (await postedBy(browser, folder, { limitMs: LIMIT_MS, headers: () => ISOLATED })) as PageRun;
  } catch (error) {
    return error as Error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface PageRun {
  readonly agent: string;
  readonly results: readonly PageResult[];
}

function specify(name: string, run: PageRun | Error): void {
  const { agent, results } = run instanceof Error ? { agent: '', results: [] } : run;
  describe(`${name}, ${agent}`, () => {
    it('posts its results', () => {
      if (run instanceof Error) throw run;
      expect(results).not.to.deep.equal([]);
    });
    for (const { title, ms, error } of results)
      it(`${title.join(' ')} (${String(ms)} ms)`, () => {
        if (error !== undefined) expect.fail(error);
      });
  });
}
