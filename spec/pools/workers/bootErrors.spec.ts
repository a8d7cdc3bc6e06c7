import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { parallel, ParallelError, ProcessPool, ThreadPool, type WorkerPoolConfig } from '../../../src/index.ts';
import { scratch } from '../../support/scratch.ts';
import { errorOf } from '../../support/settle.ts';

const kinds = { thread: ThreadPool, process: ProcessPool };
const register = new URL('../../support/register.js', import.meta.url).href;
const script = fileURLToPath(new URL('../../support/scripts/permitted.js', import.meta.url));
const PERMISSION = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission';

describe('where Node permits little', function () {
  this.timeout(60_000);
  const run = async (flags: readonly string[], ...pools: string[]): Promise<Record<string, unknown>[]> => {
    const all = [PERMISSION, '--allow-fs-read=*', ...flags, script, ...pools];
    const { stdout } = await promisify(execFile)(process.execPath, all, { timeout: 40_000 });
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  };

  it('processes run without --allow-worker', async () => {
    expect(await run(['--allow-child-process'], 'process')).to.deep.equal([
      { kind: 'process', results: [2] },
      { kind: 'process', results: [2, 4] },
    ]);
  });

  for (const [kind, flag] of [
    ['process', '--allow-child-process'],
    ['thread', '--allow-worker'],
  ] as const)
    it(`a ${kind} that may not be started names ${flag}`, async () => {
      for (const outcome of await run([], kind)) {
        expect(outcome).to.include({ kind, name: 'TaskLoadError', code: 'ERR_ACCESS_DENIED' });
        expect(outcome.message).to.match(new RegExp(`^a worker ${kind} cannot be started: Access .*${flag}\\b`));
      }
    });
});

for (const kind of ['thread', 'process'] as const)
  describe(`a ${kind} that cannot boot says why`, function () {
    this.timeout(60_000);
    const preload = scratch();
    const messageWith = async (config: WorkerPoolConfig): Promise<string> => {
      await using pool = new kinds[kind]({ workers: 1, ...config });
      const errors = [1, 2].map(() => errorOf(parallel((n: number) => n, [1], { pool, onError: 'skip' })));
      const [error, other] = await Promise.all(errors);
      expect(error).to.be.instanceOf(ParallelError);
      expect((other as Error).message).to.equal((error as Error).message);
      return (error as Error).message;
    };

    for (const [what, text, reason] of [
      ['throws', "const error = 1;\nthrow new RangeError('not today');", /not today$/],
      ['throws what has no stack', "throw 'not today';", /not today/],
      ['rejects', "await null;\nthrow new TypeError('not today');", /not today$/],
    ] as const)
      it(`where what is loaded before it ${what}`, async () => {
        writeFileSync(`${preload.file}.mjs`, text);
        const message = await messageWith({ execArgv: ['--import', pathToFileURL(`${preload.file}.mjs`).href] });
        expect(message)
          .to.match(reason)
          .and.match(new RegExp(`^a worker ${kind} died while it booted: exit code 1, `));
      });

    for (const [what, config, reason] of [
      ['its flags are wrong', { execArgv: ['--no-such-flag'] }, /--no-such-flag/],
      [
        'its environment has wrong flags',
        { env: { NODE_OPTIONS: '--no-such-flag' } },
        /--no-such-flag is not allowed in NODE_OPTIONS/,
      ],
      [
        'its environment loads what is not there',
        { env: { NODE_OPTIONS: '--require ./no-such.cjs' } },
        /Cannot find module '\.\/no-such\.cjs'/,
      ],
      ['it has too little memory', { memoryMb: 1, execArgv: ['--import', register] }, /memory|OOM/],
    ] as const)
      it(`where ${what}`, async () => {
        expect(await messageWith(config)).to.match(reason);
      });

    it('and boots in an environment that is empty', async () => {
      await using pool = new kinds[kind]({ workers: 1, env: {}, execArgv: ['--import', register] });
      for (const items of [[1], [1, 2]]) expect(await parallel((n: number) => n, items, { pool })).to.deep.equal(items);
    });
  });
