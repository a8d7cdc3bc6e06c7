import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Cell } from './matrix/cell.ts';
import { CONSUMERS } from './matrix/consumers.ts';
import { hasPassed } from './matrix/hasPassed.ts';

/** The settings of mocha. */
interface Config {
  readonly require: readonly string[];
}

const works: Cell = { kind: 'works' };
const fails: Cell = { kind: 'fails', reason: 'the build: no' };
const unsuited: Cell = { kind: 'unsuited', reason: 'not for this Node' };

describe('the gate', () => {
  it('runs the package in Jest, Vitest and Next.js, as users install it', () => {
    const command = /^step npm run test:matrix -- --gate$/m;
    expect(readFileSync(new URL('../.ci/run', import.meta.url), 'utf8')).to.match(command);
    const ids = CONSUMERS.filter(({ gate }) => gate === true).map(({ id }) => id);
    expect(ids).to.deep.equal(['jest-cjs', 'vitest-threads', 'next-16']);
  });

  it('fails where a row of the matrix has failed, or has not run', () => {
    const passed = (gate: boolean, ...cells: Cell[]): boolean =>
      hasPassed(
        cells.map((cell) => ({ name: 'a row', cells: [cell] })),
        gate,
      );

    expect(passed(true, works, works)).to.equal(true);
    for (const cell of [fails, unsuited]) expect(passed(true, works, cell)).to.equal(false);
    expect(passed(true)).to.equal(false);
    expect(passed(false, works, unsuited)).to.equal(true);
    for (const other of [works, unsuited]) expect(passed(false, other, fails)).to.equal(false);
  });

  it('ends where a spec, or its hook, has failed and left a server open', async () => {
    const script = fileURLToPath(new URL('./support/scripts/failsAndStaysOpen.ts', import.meta.url));
    const config = JSON.parse(readFileSync(new URL('../.mocharc.json', import.meta.url), 'utf8')) as Config;
    const args = [
      '--no-config',
      '-n',
      'import=./spec/support/register.js',
      '--extension',
      'ts',
      '--require',
      ...config.require,
    ];
    const mocha = fileURLToPath(new URL('../node_modules/mocha/bin/mocha.js', import.meta.url));
    const codes = ['spec', 'hook'].map(async (FAILS) => {
      const child = spawn(process.execPath, [mocha, ...args, script], {
        env: { ...process.env, FAILS },
        stdio: 'ignore',
      });
      const [code] = (await once(child, 'exit')) as [number];
      return code;
    });
    expect(await Promise.all(codes)).to.deep.equal([1, 1]);
  });
});
