import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'chai';
import { serve } from '../../examples/web/serve.ts';
import { DrivenPage } from './DrivenPage.ts';
import { installedBrowsers } from './installedBrowsers.ts';

/** Longer than the timeout of an item, and than all grace periods. */
const FROZEN_MS = 3000;
const TIMEOUT_MS = 1000;

interface Ended {
  readonly results: readonly (readonly [n: number, worker: number])[];
  readonly error: string | undefined;
}

/** Begins a run in each of two pools, and waits until each has results. */
async function begin(timeout: number): Promise<void> {
  // @ts-expect-error -- the import map of the page knows it.
  const { parallel, ThreadPool } = (await import('rxjs-parallel')) as typeof import('../../src/index.ts');
  const busy = (n: number): [number, number] => {
    const worker = ((globalThis as { worker?: number }).worker ??= Math.random());
    for (const end = performance.now() + 20; performance.now() < end;);
    return [n, worker];
  };
  const runs = [new ThreadPool({ workers: 1 }), new ThreadPool({ workers: 2 })].map((pool) => {
    const run = {
      results: [] as [number, number][],
      error: undefined as string | undefined,
      ended: undefined as unknown,
    };
    const items = Array.from({ length: 200 }, (_, n) => n);
    run.ended = parallel(busy, items, {
      pool,
      timeout,
      chunkSize: 5,
      progress: () => undefined,
    }).then(
      (results) => (run.results = results),
      (error: unknown) => (run.error = String(error)),
    );
    return run;
  });
  Object.assign(globalThis, { runs });
  await new Promise((resolve) => setTimeout(resolve, 300));
}

/** Waits until both runs have ended. */
async function end(): Promise<Ended[]> {
  const { runs } = globalThis as unknown as { runs: (Ended & { ended: unknown })[] };
  for (const { ended } of runs) await ended;
  return runs.map(({ results, error }) => ({ results, error }));
}

const chromium = installedBrowsers().find(({ name }) => name === 'Chromium');

if (chromium !== undefined)
  describe('a page that is frozen and restored, in Chromium', function () {
    this.timeout(120_000);
    let server: Server;
    let page: DrivenPage;

    before(async () => {
      server = await serve({ port: 0, host: 'localhost' });
      page = await DrivenPage.open(chromium);
    });
    after(async () => {
      await page.close();
      server.close();
      server.closeAllConnections();
    });

    it('ends no item, and no worker, that stood still, in two pools', async () => {
      await page.goTo(`http://localhost:${String((server.address() as AddressInfo).port)}/?workers=0`);
      await page.call(begin, TIMEOUT_MS);
      await page.freeze();
      await wait(FROZEN_MS);
      await page.restore();
      const ended = await page.call(end);

      expect(ended.map(({ error }) => error)).to.deep.equal([undefined, undefined]);
      for (const [at, { results }] of ended.entries()) {
        expect(results.map(([n]) => n)).to.deep.equal(Array.from({ length: 200 }, (_, n) => n));
        expect(new Set(results.map(([, worker]) => worker)).size).to.be.within(1, at + 1);
      }
    });
  });
