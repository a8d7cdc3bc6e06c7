import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { isRunning } from './support/isRunning.ts';
import { pace } from './support/pace.ts';
import { scratch } from './support/scratch.ts';

const run = promisify(execFile);
const script = fileURLToPath(new URL('./support/scripts/ends.ts', import.meta.url));
const flags = ['--enable-source-maps', '--import', new URL('./support/register.js', import.meta.url).href];

/** Far from how long an idle worker, or one that was not told, would hold a script. */
const SOON_MS = 1000;

describe('a script that is done ends by itself', function () {
  this.timeout(60_000);
  const log = scratch();
  const start = async (...args: string[]): Promise<{ stdout: string; stderr: string; afterMs: number }> => {
    const { stdout, stderr } = await run(process.execPath, [...flags, script, ...args, log.file], { timeout: 20_000 });
    const last = stdout.trim().split('\n').at(-1) ?? '{}';
    return { stdout, stderr, afterMs: Date.now() - (JSON.parse(last) as { at: number }).at };
  };

  for (const kind of ['thread', 'process'])
    for (const act of [
      'a finished run',
      'a pool that nobody closed',
      'a failed run',
      'a cancelled loop',
      'a run that never gets an item',
      'a run that is cancelled while its workers boot',
    ])
      it(`after ${act} of ${kind}s`, async () => {
        const { afterMs, stderr } = await start(act, kind);
        expect(afterMs).to.be.below(SOON_MS * pace());
        expect(stderr).to.equal('');
      });

  it('but not before what was started has ended', async () => {
    const { stdout } = await start('a started call', 'thread');
    expect(stdout).to.include('"result"');
  });

  for (const kind of ['thread', 'process'])
    it(`and what its tasks have printed in ${kind}s is not lost`, async () => {
      const { stdout } = await run(process.execPath, [...flags, script, 'lines that tasks have printed', kind], {
        timeout: 20_000,
      });
      expect(stdout.split('\n').filter((line) => line.startsWith('line ')).length).to.equal(200);
    });

  it('and a bar leaves no trace in a pipe', async () => {
    const { stderr, stdout } = await start('a bar in a pipe', 'thread');
    expect(stderr).to.equal('');
    expect(stdout.trim().split('\n').length).to.equal(1);
  });

  it('and leaves no process behind, whatever that one does', async () => {
    const error = (await start('an exit in the middle', 'process').catch((reason: unknown) => reason)) as {
      code: number;
      stdout: string;
    };
    expect(error.code).to.equal(3);
    const { pid } = JSON.parse(error.stdout.trim().split('\n')[0] ?? '{}') as { pid: number };
    expect(pid).to.be.a('number');
    expect(await isGone(pid)).to.equal(true);
  });

  for (const signal of ['SIGKILL', 'SIGTERM', 'SIGINT'] as const)
    it(`and leaves no process behind when it is ended by ${signal}, not even one in a loop`, async () => {
      const parent = spawn(process.execPath, [...flags, script, 'a loop in each worker', 'process', log.file], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [line] = (await once(createInterface(parent.stdout), 'line')) as [string];
      const { pid } = JSON.parse(line) as { pid: number };
      expect(isRunning(pid)).to.equal(true);
      parent.kill(signal);
      await once(parent, 'exit');
      expect(await isGone(pid)).to.equal(true);
    });

  it('also when it is an argument of node', async () => {
    const source = `import('rxjs-parallel').then(({ parallel }) => parallel((n) => n * 2, [1, 2], { pool: 'process' })).then((all) => console.log(String(all)))`;
    const { stdout } = await run(process.execPath, ['-e', source], { timeout: 20_000 });
    expect(stdout).to.equal('2,4\n');
  });
});

async function isGone(pid: number): Promise<boolean> {
  for (let n = 0; n < 1000; n += 1) {
    if (!isRunning(pid)) return true;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return false;
}
