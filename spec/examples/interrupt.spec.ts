import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { isRunning } from '../support/isRunning.ts';
import { pace } from '../support/pace.ts';
import { scratch } from '../support/scratch.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const sayPid = new URL('../support/sayPid.js', import.meta.url).href;
const folder = mkdtempSync(join(tmpdir(), 'rxjs-parallel-demo-'));
const cache = join(folder, '.cache');
const csv = join(cache, 'flights-3m.csv');
const results = join(folder, 'results');
const out = join(results, 'cleaned.csv');

/** Some 20 blocks: when there is a trace of the first on the disk, most are still to come. */
const rows = Buffer.alloc(36 * 2 ** 20, '2001-01-01 00:01:00,33,2176,LAS,PHL\n');

const targets: Record<string, (pid: number) => number> = {
  'to all its processes, as a terminal does': (pid) => -pid,
  'to itself alone': (pid) => pid,
};

describe('SIGINT stops the demo', function () {
  this.timeout(60_000);
  const log = scratch();
  const pids = (): readonly number[] => log.lines().map(Number);
  let demo: ChildProcess;
  let stderr: string;

  before(() => {
    // It has its files beside itself: a copy has its own.
    for (const part of ['examples/flights', 'dist', 'package.json'])
      cpSync(join(root, part), join(folder, part), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(() => {
    for (const path of [cache, results]) {
      rmSync(path, { recursive: true, force: true });
      mkdirSync(path);
    }
    stderr = '';
  });
  afterEach(() => {
    for (const pid of pids().filter(isRunning)) process.kill(pid, 'SIGKILL');
  });

  /** Starts the demo in a group of processes of its own, and waits until it writes to a file. */
  const start = async (writing: string): Promise<number> => {
    const flags = ['--import', 'tsx', '--import', sayPid];
    demo = spawn(process.execPath, [...flags, 'examples/flights/main.ts', '--workers', '2', '--out', out], {
      cwd: folder,
      env: { ...process.env, PIDS_FILE: log.file },
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    demo.stderr?.on('data', (data: Buffer) => (stderr += String(data)));
    while (sizeOf(writing) < 2 ** 16) {
      expect(demo.exitCode, stderr).to.equal(null);
      await sleep(2);
    }
    return demo.pid ?? NaN;
  };
  /** Says that it has ended as it should. */
  const interrupt = async (target: number): Promise<void> => {
    const startedAtMs = performance.now();
    process.kill(target, 'SIGINT');
    const [code] = (await once(demo, 'close')) as [number | null];
    const tookMs = performance.now() - startedAtMs;
    expect(tookMs).to.be.below(1000 * pace());
    expect([code, stderr]).to.deep.equal([130, 'stopped\n']);
    // Itself, and the process for DuckDB.
    expect(pids().length).to.equal(2);
    expect(pids().filter(isRunning)).to.deep.equal([]);
  };

  for (const [who, target] of Object.entries(targets)) {
    it(`within a second, and leaves nothing behind, while it cleans: sent ${who}`, async () => {
      writeFileSync(csv, rows);
      await interrupt(target(await start(`${out}.partial`)));
      expect(readdirSync(results)).to.deep.equal([]);
      expect(readdirSync(cache)).to.deep.equal(['flights-3m.csv']);
    });

    it(`within a second, and leaves nothing behind, while DuckDB writes: sent ${who}`, async () => {
      await interrupt(target(await start(`${csv}.partial`)));
      expect(readdirSync(results)).to.deep.equal([]);
      expect(readdirSync(cache)).to.deep.equal([]);
    });
  }
});

const sizeOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0);
