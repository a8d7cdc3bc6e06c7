import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Browser } from './Browser.ts';
import { buildContract } from './buildContract.ts';
import { buildPage } from './buildPage.ts';
import { installedBrowsers } from './installedBrowsers.ts';
import type { PageResult } from './page/postResults.ts';
import { postedBy } from './postedBy.ts';

/** Milliseconds for all tests of a page. */
const LIMIT_MS = 240_000;

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
    ['the contract of pools', buildContract],
  ] as const)
    specify(`${browser.name}, ${name}`, await runIn(browser, build));

async function runIn(browser: Browser, build: (folder: string) => Promise<void>): Promise<PageRun | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'rxjs-parallel-page-'));
  try {
    await build(folder);
    return (await postedBy(browser, folder, { limitMs: LIMIT_MS })) as PageRun | undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface PageRun {
  readonly agent: string;
  readonly results: readonly PageResult[];
}

function specify(name: string, run: PageRun | undefined): void {
  describe(`${name}${run === undefined ? '' : `, ${run.agent}`}`, () => {
    it('posts its results', () => {
      expect(run?.results).to.not.be.oneOf([undefined, []]);
    });
    for (const { title, ms, error } of run?.results ?? [])
      it(`${title.join(' ')} (${String(ms)} ms)`, () => {
        if (error !== undefined) expect.fail(error);
      });
  });
}
