import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { describeOnRedis } from '../support/queue/redisServer.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'rxjs-parallel-demo-'));
const temporary = join(folder, 'tmp');
const flights = join(folder, 'flights.csv');

/** Routes of the real data, and rows that are rejected. Some 7 blocks. */
const ROWS = [
  '2001-01-01 00:01:00,33,2176,LAS,PHL',
  '2001-02-28 12:30:00,-4,152,ATL,TYS',
  '2001-06-30 23:59:00,70,2475,JFK,LAX',
  '2001-07-01 00:00:00,-4,152,ATL,TYS',
  '2001-01-01 00:01:00,33,2176,LAS,LAS',
];
const rows = `${ROWS.join('\n')}\n`.repeat(80_000);

/** The temporary folders of the demo, beside those of the compiler. */
const left = (): readonly string[] => readdirSync(temporary).filter((name) => name.startsWith('rxjs-parallel'));

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

async function runDemo(env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const flags = ['--import', './spec/support/register.js', 'examples/machines/main.ts'];
  const demo = spawn(process.execPath, [...flags, '--flights', flights, '--out', join(folder, 'out.csv')], {
    cwd: root,
    env: { ...process.env, TMPDIR: temporary, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(demo.stdout),
    text(demo.stderr),
    once(demo, 'close') as Promise<[number | null]>,
  ]);
  return { stdout, stderr, code };
}

describeOnRedis('the demo of machines', function () {
  this.timeout(120_000);
  before(() => {
    mkdirSync(temporary);
    writeFileSync(flights, rows);
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('has the sums and the bytes of a run in one thread, though a machine was killed half-way', async () => {
    const { stdout, stderr, code } = await runDemo();
    expect(stderr).to.equal('');
    expect(stdout).to.include('half of the file is done: process');
    expect(stdout).to.include('240,000 rows cleaned, 160,000 rejected');
    expect(stdout).to.include('on two machines, of which one ended with SIGKILL');
    expect(stdout).to.include('the other one ended with 0');
    expect(stdout).to.include('all sums and all bytes are those of a run in this thread');
    expect(code).to.equal(0);
    expect(readdirSync(folder).sort()).to.deep.equal(['flights.csv', 'out.csv', 'tmp']);
    expect(left()).to.deep.equal([]);
  });

  it('says what is missing where there is no Redis, and leaves nothing', async () => {
    const { stdout, stderr, code } = await runDemo({ PATH: temporary });
    expect(stderr).to.match(/^this demo needs redis-server on the PATH: apt-get install redis-server/);
    expect([stdout, code]).to.deep.equal(['', 1]);
    expect(left()).to.deep.equal([]);
  });
});
