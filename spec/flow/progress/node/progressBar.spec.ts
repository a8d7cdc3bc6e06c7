import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Progress } from '../../../../src/flow/progress/Progress.ts';
import { progressBar } from '../../../../src/flow/progress/node/progressBar.ts';
import { screenOf } from '../../../support/screenOf.ts';

/** A terminal that remembers what was written. */
const terminal = (columns = 80): { stream: NodeJS.WriteStream; written: () => string; line: () => string } => {
  let text = '';
  const write = (chunk: string): boolean => {
    text += chunk;
    return true;
  };
  const stream = { isTTY: true, columns, write } as unknown as NodeJS.WriteStream;
  return {
    stream,
    written: () => text,
    line: () => text.split('\x1b[1G').at(-1)?.replace('\x1b[0K', '') ?? '',
  };
};

const progress = (known: Partial<Progress> = {}): Progress => ({
  done: 450,
  failed: 0,
  total: 1000,
  perSecond: 123.4,
  elapsedMs: 12_000,
  etaMs: 65_000,
  ...known,
});

const loaded = async (): Promise<void> => {
  await import('cli-progress');
  await turn();
};

/** Runs a script that has progressBar in a Node of its own. */
const inNode = (script: string): { status: number | null; stdout: string; stderr: string } => {
  const url = JSON.stringify(new URL('../../../../src/flow/progress/node/progressBar.ts', import.meta.url));
  const text = `const { progressBar } = await import(${url});${script}`;
  return spawnSync(process.execPath, [...process.execArgv, '--input-type=module', '-e', text], {
    encoding: 'utf8',
    timeout: 8000,
  });
};

describe('progressBar', () => {
  const { CI } = process.env;
  beforeEach(() => {
    delete process.env.CI;
  });
  after(() => {
    if (CI !== undefined) process.env.CI = CI;
  });

  it('shows share, count, rate and time left', async () => {
    const { stream, line } = terminal();
    const bar = progressBar(stream);
    await loaded();
    bar.update(progress());
    expect(line()).to.equal('[=========-----------] 45% | 450/1000 | 123/s | ETA 1m5s');
    bar.stop();
  });

  it('shows failures, if there are any', async () => {
    const { stream, line } = terminal();
    const bar = progressBar(stream);
    await loaded();
    bar.update(progress({ failed: 3, perSecond: 0.25, etaMs: undefined }));
    expect(line()).to.equal('[=========-----------] 45% | 450/1000 | 0.3/s | ETA - | 3 failed');
    bar.stop();
  });

  for (const [perSecond, rate] of [
    [9.96, '10.0/s'],
    [10, '10/s'],
  ] as const)
    it(`shows a rate in tenths below ten: ${rate}`, async () => {
      const { stream, line } = terminal();
      const bar = progressBar(stream);
      await loaded();
      bar.update(progress({ perSecond }));
      expect(line()).to.include(`| ${rate} |`);
      bar.stop();
    });

  it('shows the share once the total is known', async () => {
    const { stream, written } = terminal();
    const bar = progressBar(stream);
    await loaded();
    bar.update(progress({ total: undefined, etaMs: undefined }));
    bar.update(progress());
    bar.stop();
    expect(written()).to.include('[=========-----------] 45% | 450/1000 | 123/s | ETA 1m5s');
  });

  it('that is told nothing draws nothing', () => {
    const { status, stderr } = inNode(`
      progressBar({ isTTY: true, columns: 80, write: (text) => process.stderr.write(text) });
      await import('cli-progress');`);

    expect(stderr).to.equal('');
    expect(status).to.equal(0);
  });

  it('shows count, rate and time gone where the total is not known', async () => {
    const { stream, line } = terminal();
    const bar = progressBar(stream);
    await loaded();
    bar.update(progress({ total: undefined, etaMs: undefined }));
    expect(line()).to.equal('450 done | 123/s | 12s');
    bar.stop();
  });

  it('draws the last state when it stops, and ends its line', async () => {
    const { stream, line } = terminal();
    const bar = progressBar(stream);
    await loaded();
    bar.update(progress());
    bar.update(progress({ done: 1000, etaMs: 0 }));
    bar.stop();
    expect(line()).to.equal('[====================] 100% | 1000/1000 | 123/s | 12s\n');
  });

  it('draws what was reported before the library was there', async () => {
    const { stream, line } = terminal();
    const bar = progressBar(stream);
    bar.update(progress({ done: 1 }));
    bar.update(progress());
    await loaded();
    expect(line()).to.match(/450\/1000/);
    bar.stop();
  });

  it('draws nothing, also not later, if it stops before the library is there', async () => {
    const { stream, written } = terminal();
    const bar = progressBar(stream);
    bar.update(progress());
    bar.stop();
    await loaded();
    expect(written()).to.equal('');
  });

  it('draws nothing if there is nothing to report', async () => {
    const { stream, written } = terminal();
    const bar = progressBar(stream);
    await loaded();
    bar.stop();
    expect(written()).to.equal('');
  });

  it('draws nothing after it has stopped', async () => {
    const { stream, written } = terminal();
    const bar = progressBar(stream);
    await loaded();
    bar.update(progress());
    bar.stop();
    const before = written();
    bar.update(progress({ done: 451 }));
    bar.stop();
    await turn();
    expect(written()).to.equal(before);
  });

  it('changes nothing of the terminal that would have to be restored, nor jumps back over what others wrote', async () => {
    const { stream, written } = terminal();
    const bar = progressBar(stream);
    await loaded();
    bar.update(progress());
    bar.stop();
    // Only these two: go to the start of the line, clear what is right of the cursor.
    const escapes = written().match(/\x1b(?!\[1G|\[0K)[^]{0,4}/g);
    expect(escapes).to.equal(null);
  });

  it('handles no signal, nor the end of the process', async () => {
    const listeners = (): number[] => ['SIGINT', 'SIGTERM', 'exit'].map((event) => process.listenerCount(event));
    const before = listeners();
    const bar = progressBar(terminal().stream);
    await loaded();
    bar.update(progress());
    expect(listeners()).to.deep.equal(before);
    bar.stop();
  });

  it('lets the process end while it draws', () => {
    const { status, stdout } = inNode(`
      const stream = { isTTY: true, columns: 80, write: (text) => console.log(JSON.stringify(text)) };
      const bar = progressBar(stream);
      await import('cli-progress');
      bar.update({ done: 1, failed: 0, perSecond: 1, elapsedMs: 1000 });
    `);
    expect(status).to.equal(0);
    expect(stdout).to.match(/1 done/);
  });

  it('fits a narrow terminal', async () => {
    const { stream, line } = terminal(30);
    const bar = progressBar(stream);
    await loaded();
    bar.update(progress());
    expect(line()).to.equal('[=========-----------] 45% | 4');
    bar.stop();
  });

  it('writes nothing where there is no terminal, nor on a machine for continuous integration', async () => {
    const file = terminal();
    Object.assign(file.stream, { isTTY: false });
    const machine = terminal();
    const bars = [progressBar(file.stream)];
    process.env.CI = 'true';
    bars.push(progressBar(machine.stream));
    for (const bar of bars) bar.update(progress());
    await loaded();
    for (const bar of bars) bar.stop();
    expect(file.written() + machine.written()).to.equal('');
  });

  it('loads the library only to draw', () => {
    const { stdout, stderr } = inNode(`
      progressBar().update({ done: 1, failed: 0, perSecond: 1, elapsedMs: 1000 });
      await new Promise(setImmediate);
      const { createRequire } = await import('node:module');
      console.log(Object.keys(createRequire(${JSON.stringify(import.meta.url)}).cache).some((file) => file.includes('cli-progress')));
    `);
    expect(stdout.trim()).to.equal('false');
    expect(stderr).to.not.include('1 done');
  });

  it('leaves whole what the program and its workers write to the terminal, with two runs at a time', () => {
    const script = fileURLToPath(new URL('../../../support/scripts/noisyRuns.ts', import.meta.url));
    const folder = mkdtempSync(join(tmpdir(), 'rxjs-parallel-bar-'));
    const file = join(folder, 'terminal');
    const terminalFile = openSync(file, 'w');
    try {
      const stdio = ['ignore', terminalFile, terminalFile] as const;
      const { status } = spawnSync(process.execPath, [...process.execArgv, script], {
        stdio: [...stdio],
        timeout: 15_000,
      });
      const text = readFileSync(file, 'utf8');
      expect(status, text).to.equal(0);

      const lines = screenOf(text);
      for (const pool of ['process', 'thread'])
        for (let at = 0; at < 40; at++)
          for (const place of ['in the worker', 'here']) expect(lines).to.include(`<${pool} ${String(at)} ${place}>`);
      expect(lines.filter((line) => line.includes('done'))).to.have.length(2);
    } finally {
      closeSync(terminalFile);
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
