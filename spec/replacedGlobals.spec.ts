import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { run } from './support/run.ts';

const script = fileURLToPath(new URL('./support/scripts/replaced.js', import.meta.url));

describe('goes by no global that something else may have replaced', function () {
  this.timeout(60_000);

  for (const what of [
    'typed arrays of another realm',
    'classes of another realm',
    'timers that are numbers',
    'timers and clocks that stand still',
    "timers of Node's test runner",
  ])
    for (const when of ['before', 'after']) {
      // These replace what `node:timers` has: nothing can be loaded then that keeps time.
      if (what === "timers of Node's test runner" && when === 'before') continue;
      it(`runs, stops, times out and closes with ${what}, installed ${when} it is loaded`, async () => {
        const stdout = await run(process.execPath, [script, what, when], { timeout: 30_000 });
        const told = JSON.parse(stdout) as Record<string, unknown>;
        for (const kind of ['thread', 'process']) {
          expect(told[`results of a ${kind}`]).to.deep.equal([2, 4, 6]);
          expect(told[`results of another ${kind}`]).to.deep.equal([8, 10]);
          expect(told[`yields of a ${kind}`]).to.deep.equal([0, 1, 2]);
          expect(told[`a module's task in a ${kind}`]).to.deep.equal([10]);
          expect(told[`a loop that is late in a ${kind}`]).to.equal('TaskTimeoutError');
          expect(told[`a worker after a loop that was cancelled in a ${kind}`]).to.deep.equal([
            'Error: enough',
            'Error: enough',
            14,
          ]);
          expect(told[`a loop in a ${kind} pool that is closed`]).to.equal('PoolClosedError');
        }
        expect(told['a copy in this thread']).to.deep.equal([2]);
      });
    }
});
