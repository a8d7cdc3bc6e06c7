import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { lastValueFrom, materialize, toArray } from 'rxjs';
import {
  parallel,
  parallel$,
  ParallelError,
  ProcessPool,
  tasks,
  ThreadPool,
  type WorkerCrashError,
} from 'rxjs-parallel';
import { captureStderr } from '../support/captureStderr.ts';
import { nameOf, type Cell } from './cells.ts';
import { work, type Item, type Kind } from './faults.ts';

/** Neighbours, in one chunk and at its end, and the last one. */
const FAULTY = [2, 3, 6, 14];
const WORKERS = 2;
/** Far more than a worker needs to boot, and soon used up. */
const MEMORY_MB = 48;

const { meet } = tasks<{ meet: (workers: number, file: string) => Promise<string> }>(
  new URL('./tasks.js', import.meta.url),
);
const sorted = (pairs: readonly (readonly [number, unknown])[]): unknown[] => pairs.toSorted(([a], [b]) => a - b);

/** Runs cells one after the other, all of a kind on one pool, which so has to survive them all. */
export function specifyCells(cells: readonly Cell[]): void {
  for (const kind of ['thread', 'process'] as const)
    describe(`faults (${kind})`, function () {
      this.timeout(60_000);
      const config = { workers: WORKERS, memoryMb: MEMORY_MB, execArgv: [] };
      const pool = kind === 'thread' ? new ThreadPool(config) : new ProcessPool(config);
      const heard = captureStderr();
      const folder = mkdtempSync(join(tmpdir(), 'rxjs-parallel-faults-'));
      after(async () => {
        await pool.close();
        rmSync(folder, { recursive: true });
      });

      for (const [at, cell] of cells.filter((each) => each.kind === kind).entries())
        it(nameOf(cell), async () => {
          await run(cell, pool);
          const file = join(folder, String(at));
          const met = await parallel(meet, [WORKERS, WORKERS], { pool, args: [file], chunkSize: 1 });
          expect(new Set(met), 'the workers that the pool has again').to.have.lengthOf(WORKERS);
          expect(await parallel(work, [0, 1, 2, 3], { pool })).to.deep.equal([0, 10, 20, 30]);
        });

      it('warned of nothing', () => {
        expect(heard()).not.to.match(/warning/i);
      });
    });
}

async function run({ kind, fault, ...options }: Cell, pool: ThreadPool | ProcessPool): Promise<void> {
  const { timeout, task = work, item: bad = { fault: fault.name }, endsRun = false } = fault;
  const items = Array.from({ length: 15 }, (_, n): Item => (FAULTY.includes(n) && !endsRun ? bad : n));
  const config = { pool, ...options, ...(timeout === undefined ? {} : { timeout }) };
  const notifications = await lastValueFrom(parallel$(task, items, config).pipe(materialize(), toArray()));
  const pairs = notifications.flatMap(({ value }) => (value === undefined ? [] : [value]));
  const last = notifications.at(-1);
  const good = items.flatMap((item, index) => (typeof item === 'number' ? [[index, item * 10] as const] : []));
  const error = fault.error(kind);

  if (options.ordered) expect(pairs, 'in order').to.deep.equal(sorted(pairs));
  if (endsRun) {
    expect(pairs, 'of a run that never began').to.deep.equal([]);
    expectError(last?.error, error);
  } else if (options.onError === 'throw') {
    expect(last?.kind).to.equal('E');
    const { index } = last?.error as { index: number };
    expectItemError(last?.error, items, options.ordered ? 2 : index, kind, error);
    if (options.ordered) expect(pairs, 'all before the first error').to.deep.equal(good.slice(0, 2));
    else expect(good, 'only results, each at most once').to.deep.include.members(pairs);
    expect(new Set(pairs.map(([at]) => at)), 'each once').to.have.lengthOf(pairs.length);
  } else {
    expect(last?.kind).to.equal('C');
    const results = pairs.filter(([, result]) => !(result instanceof ParallelError));
    expect(sorted(results), 'each result once').to.deep.equal(good);
    const failed = sorted(pairs.filter(([, result]) => result instanceof ParallelError)) as [number, ParallelError][];
    expect(
      failed.map(([index]) => index),
      'each error once',
    ).to.deep.equal(options.onError === 'return' ? FAULTY : []);
    for (const [index, failure] of failed) expectItemError(failure, items, index, kind, error);
  }
}

/** Expects the error of a faulty item, which names it. */
function expectItemError(
  error: unknown,
  items: readonly Item[],
  index: number,
  kind: Kind,
  expected: Readonly<Record<string, unknown>>,
): void {
  expect(FAULTY, 'the items that may fail').to.include(index);
  expectError(error, { ...expected, index });
  expect((error as ParallelError).item).to.equal(items[index]);
  if (expected.exitCode === 1 && expected.cause !== undefined)
    expect(error, `the stderr of a ${kind}`).to.have.property('stderr').that.includes('uncaught');
}

function expectError(error: unknown, expected: Readonly<Record<string, unknown>>): void {
  expect(error).to.be.instanceOf(ParallelError);
  const { name, index, attempts, cause, exitCode, signal } = error as WorkerCrashError;
  const { code } = (cause ?? {}) as { readonly code?: unknown };
  expect({ name, index, attempts, exitCode, signal, code, cause: String(cause) }).to.deep.include(expected);
}
