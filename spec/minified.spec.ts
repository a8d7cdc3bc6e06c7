import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { build } from 'esbuild';
import { ProcessPool, parallel, registerError, tasks, ThreadPool, type TaskError } from 'rxjs-parallel';
import { run } from './support/run.ts';

/** What a program prints of the library's classes. */
const PROGRAM = `
import { parallel, parallelMap, registerError, TaskError, ThreadPool, ProcessPool, LocalPool, WorkerCrashError } from 'rxjs-parallel';

class OddError extends RangeError {}
registerError({ OddError });
const told = {};
for (const Pool of [ThreadPool, ProcessPool]) {
  const pool = new Pool({ workers: 1 });
  const [failed, died, nested] = await Promise.all([
    parallel(() => { throw new RangeError('no') }, [1], { pool }),
    parallel(() => process.exit(3), [1], { pool, crashRetries: 0 }),
    parallel(() => { throw Object.assign(new Error('no'), { cause: new TypeError('why') }) }, [1], { pool }),
  ].map((run) => run.catch((error) => error)));
  await pool.close();
  const late = await parallel((n) => n, [1], { pool }).catch((error) => error);
  told[Pool.name] = {
    names: [failed, died, late].map(({ name, constructor }) => [name, constructor.name]),
    kinds: [failed instanceof TaskError, died instanceof WorkerCrashError, died instanceof TaskError],
    causes: [failed.cause instanceof RangeError, nested.cause.cause instanceof TypeError],
  };
}
const messages = [new LocalPool(), new TaskError('no')].map((wrong) => {
  try { parallelMap((n) => n, { workers: wrong }) } catch (error) { return error.message }
});
try { registerError({ TaskError: OddError }) } catch (error) { messages.push(error.message) }
process.stdout.write(JSON.stringify({ ...told, messages }));
`;

describe('names of classes that a minifier has changed', function () {
  this.timeout(60_000);

  for (const format of ['esm', 'cjs'] as const)
    it(`of the library itself stay what they are (${format})`, async () => {
      const cache = fileURLToPath(new URL('../.cache/', import.meta.url));
      mkdirSync(cache, { recursive: true });
      const folder = mkdtempSync(`${cache}minified-`);
      try {
        const file = `${folder}/program.${format === 'esm' ? 'mjs' : 'cjs'}`;
        await build({
          stdin: {
            contents:
              format === 'esm'
                ? PROGRAM
                : `void (async () => {${PROGRAM.replace(/^import (.*) from '(.*)';/m, "const $1 = await import('$2');")}})()`,
            resolveDir: folder,
          },
          bundle: true,
          minify: true,
          platform: 'node',
          format,
          outfile: file,
          logLevel: 'error',
        });
        const told = JSON.parse(await run(process.execPath, [file], { timeout: 30_000 })) as Record<string, unknown>;
        const expected = {
          names: [
            ['TaskError', 'TaskError'],
            ['WorkerCrashError', 'WorkerCrashError'],
            ['PoolClosedError', 'PoolClosedError'],
          ],
          kinds: [true, true, false],
          causes: [true, true],
        };
        expect(told).to.deep.equal({
          ThreadPool: expected,
          ProcessPool: expected,
          messages: [
            'workers must be an integer from 0, not an object of LocalPool',
            'workers must be an integer from 0, not an object of TaskError',
            'another class is already registered as "TaskError"',
          ],
        });
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });

  for (const [kind, Pool] of [
    ['thread', ThreadPool],
    ['process', ProcessPool],
  ] as const)
    it(`are matched by those that both sides have given (${kind})`, async () => {
      class x extends Error {}
      class y extends x {}
      registerError({ ShortenedError: x, ShortenedLeafError: y });
      const module = new URL('./support/minified.js', import.meta.url);
      await using pool = new Pool({ workers: 1, execArgv: [] });
      for (const version of ['?1', '?2']) {
        const { fail } = tasks<{ fail: (name: string) => never }>(new URL(`${module.href}${version}`));
        for (const [name, errorClass] of [
          ['odd', x],
          ['oddest', y],
        ] as const) {
          const { cause } = await parallel(fail, [name], { pool }).then(
            () => ({ cause: undefined }),
            (error: unknown) => error as TaskError,
          );
          expect(cause).to.be.instanceOf(errorClass).and.to.include({ message: name, code: name });
          expect(Object.getPrototypeOf(cause)).to.equal(errorClass.prototype);
        }
      }
    });
});
