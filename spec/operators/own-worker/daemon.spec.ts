import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { firstValueFrom } from 'rxjs';
import { threaded$ } from '../../../src/operators/own-worker/threaded.ts';

const index = new URL('../../../src/index.ts', import.meta.url).href;
const fast = ['--enable-source-maps', '--import', new URL('../../support/register.js', import.meta.url).href];

/** A program that ends its own work as soon as a function runs in each of two workers. */
const program = (options: object): string => `
  import { threaded$ } from ${JSON.stringify(index)};
  const work$ = threaded$(async function* (ms) {
    yield 'runs';
    await new Promise((resolve) => setTimeout(resolve, ms));
    yield 'has run';
  }, ${JSON.stringify(options)});
  let began = 0;
  const timer = setInterval(() => began === 2 && clearInterval(timer), 10);
  for (const ms of [2000, 2000]) work$(ms).subscribe((said) => {
    if (said === 'runs') began += 1;
    console.log(said);
  });
  process.once('exit', () => console.log('over'));`;

describe('the option daemon of threaded$', function () {
  this.timeout(60_000);

  for (const process of [false, true]) {
    const kind = process ? 'processes' : 'threads';

    it(`lets the program end while ${kind} work, and ends them`, () => {
      expect(run({ process, daemon: true })).to.deep.equal(['runs', 'runs', 'over']);
    });

    it(`keeps the program alive while ${kind} work, if it is false`, () => {
      expect(run({ process })).to.deep.equal(['runs', 'runs', 'has run', 'has run', 'over']);
    });

    it(`gives the result as ever, while something else keeps the program alive (${kind})`, async () => {
      const double$ = threaded$((n: number) => n * 2, { process, daemon: true });
      const alive = setInterval(() => undefined, 1000);
      expect(await Promise.all([1, 2].map((n) => firstValueFrom(double$(n))))).to.deep.equal([2, 4]);
      clearInterval(alive);
    });
  }
});

function run(options: object): readonly string[] {
  const flags = [...fast, '--input-type=module', '-e', program(options)];
  const { stdout, stderr, status } = spawnSync(process.execPath, flags, { encoding: 'utf8', timeout: 40_000 });
  expect([status, stderr]).to.deep.equal([0, '']);
  return stdout.trim().split('\n');
}
