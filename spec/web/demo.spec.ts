import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { wordAt } from '../../examples/web/page/findWords.js';
import { serve } from '../../examples/web/serve.ts';
import { DrivenPage } from './DrivenPage.ts';
import {
  filledLanes,
  foundWords,
  shownView,
  textOf,
  untilDrawn,
  untilFound,
  widths,
  wrongTiles,
  zoomWhileDrawn,
  type Seen,
} from './inDemo.ts';
import { installedBrowsers } from './installedBrowsers.ts';

/** Browsers call a task long from this time on. */
const LONG_MS = 50;
/** The width of the first view. */
const WIDTH = 3.6;
const ZOOMS = 5;

const chromium = installedBrowsers().find(({ name }) => name === 'Chromium');

// Where RXJS_PARALLEL_BROWSERS names Chromium, web.spec.ts fails if it is missing.
if (chromium !== undefined)
  describe('the demo page, in Chromium', function () {
    this.timeout(120_000);
    let server: Server;
    let page: DrivenPage;
    let url: string;

    before(async () => {
      server = await serve({ port: 0, host: 'localhost' });
      url = `http://localhost:${String((server.address() as AddressInfo).port)}/?workers=2&samples=1`;
      page = await DrivenPage.open(chromium);
    });
    after(async () => {
      await page.close();
      server.close();
      server.closeAllConnections();
    });
    beforeEach(async () => {
      await page.resize(1000, 900);
      await page.goTo(url);
    });

    it('draws all tiles, on each worker', async () => {
      await page.call(untilDrawn, WIDTH);
      expect(await page.call(textOf, 'tiles')).to.equal('384 of 384');
      expect(await page.call(textOf, 'workers')).to.equal('2 of 2');
      expect(await page.call(filledLanes)).to.equal(2);
      expect(await page.call(wrongTiles)).to.equal(0);
      expect(await page.call(textOf, 'error')).to.equal('');
    });

    it('cancels the picture by each zoom while it is computed, and its thread has no long task', async () => {
      await page.call(untilDrawn, WIDTH);
      let seen: Seen = { cancels: 0, frames: 0, ms: 0, longTaskMs: [] };
      const tasks = await page.traced(async () => {
        seen = await page.call(zoomWhileDrawn, ZOOMS);
      });

      expect(seen.cancels).to.be.above(0);
      expect(await page.call(textOf, 'cancelled')).to.equal(String(seen.cancels));
      expect((await page.call(shownView)).width).to.equal(WIDTH / 2 ** ZOOMS);
      // No tile of the pictures before came later, and none is left.
      expect(await page.call(textOf, 'late')).to.equal('0');
      expect(await page.call(wrongTiles)).to.equal(0);

      // A long-task entry goes by the clock, also while other programs have the processors: the time of the thread decides.
      const longest = tasks.reduce((max, { threadMs }) => Math.max(max, threadMs), 0);
      const perSecond = (seen.frames / seen.ms) * 1000;
      console.log(
        `      ${perSecond.toFixed(0)} frames a second for ${seen.ms.toFixed(0)} ms; ` +
          `${String(tasks.length)} tasks of the page's thread, the longest ${longest.toFixed(1)} ms; ` +
          `long-task entries: ${String(seen.longTaskMs.length)}`,
      );
      expect(tasks.length).to.be.above(seen.frames);
      expect(longest).to.be.below(LONG_MS);
    });

    it('zooms to the point that is clicked on', async () => {
      await page.call(untilDrawn, WIDTH);
      await page.click('#picture', 0.25, 0.25);
      await page.call(untilDrawn, WIDTH / 2);
      // The point stays at its place: a quarter from the left, and a quarter from the top.
      const { x, y } = await page.call(shownView);
      expect(x).to.be.closeTo(-1.2, 0.01);
      expect(y).to.be.closeTo(-0.3, 0.01);
      expect(await page.call(wrongTiles)).to.equal(0);
    });

    it('searches while somebody types, also while it draws', async () => {
      const word = wordAt(123_456);
      const [typo, rest] = [`${word.slice(0, 3)}x`, word.slice(4)];
      await page.click('#text');
      await page.type(typo + rest);
      await page.call(untilFound, typo + rest);
      expect(await page.call(foundWords))
        .to.have.length(12)
        .and.to.include(word);
      expect(await page.call(textOf, 'searched')).to.match(/^200,000 words compared with “\w+” in \d+ ms$/);
      expect(await page.call(textOf, 'error')).to.equal('');
    });

    it('fits on a phone, and is zoomed by a finger', async () => {
      await page.resize(360, 740, true);
      await page.goTo(url);
      await page.call(untilDrawn, WIDTH);
      expect(await page.call(widths)).to.deep.equal({ window: 360, page: 360 });
      await page.touch('#in');
      await page.call(untilDrawn, WIDTH / 2);
      expect(await page.call(wrongTiles)).to.equal(0);
    });
  });
