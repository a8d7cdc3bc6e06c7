import { writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { lastValueFrom, toArray } from 'rxjs';
import {
  parallel,
  parallel$,
  ParallelError,
  ProcessPool,
  TaskError,
  tasks,
  ThreadPool,
  WorkerCrashError,
  type WorkerPoolConfig,
} from '../../../src/index.ts';
import { scratch } from '../../support/scratch.ts';
import { errorOf } from '../../support/settle.ts';

const t = tasks<typeof import('../../support/tasks.ts')>(new URL('../../support/tasks.ts', import.meta.url));
const fast = ['--enable-source-maps', '--import', new URL('../../support/register.js', import.meta.url).href];
const kinds = { thread: ThreadPool, process: ProcessPool };
const returning = { onError: 'return' } as const;

for (const kind of ['thread', 'process'] as const)
  describe(`an item that was at work on a worker that died (${kind})`, function () {
    this.timeout(60_000);
    const log = scratch();
    const otherLog = scratch();
    const opened: (ThreadPool | ProcessPool)[] = [];
    const open = (config: WorkerPoolConfig = {}): ThreadPool | ProcessPool => {
      const pool = new kinds[kind]({ workers: 2, execArgv: fast, ...config });
      opened.push(pool);
      return pool;
    };
    afterEach(() => Promise.all(opened.splice(0).map((pool) => pool.close())));

    it('is tried once more, and knows it', async () => {
      expect(await parallel(t.dieUntil, [2, 1, 2], { pool: open() })).to.deep.equal([2, 1, 2]);
    });

    for (const crashRetries of [0, 1, 3])
      it(`fails after crashRetries more: ${String(crashRetries)}`, async () => {
        const pool = open();
        const [dead, alive] = await parallel(t.dieUntil, [9, crashRetries + 1], { pool, crashRetries, ...returning });
        expect(dead)
          .to.be.instanceOf(WorkerCrashError)
          .and.include({ index: 0, item: 9, attempts: crashRetries + 1, exitCode: 3 });
        expect(alive).to.equal(crashRetries + 1);
      });

    it("fails the run with 'throw', after its last try", async () => {
      const error = await errorOf(parallel(t.dieUntil, [9], { pool: open() }));
      expect(error).to.be.instanceOf(WorkerCrashError).and.include({ attempts: 2 });
    });

    it('44. leaves the others alone, is a typed error after crashRetries, and cannot eat the pool', async () => {
      for (const chunkSize of [1, 7, 'auto'] as const) {
        const pool = open();
        const items = Array.from({ length: 18 }, (_, n) => (n % 6 === 2 ? -n : n));
        const results = await parallel(t.noteAndDie, items, { pool, args: [log.file], chunkSize, ...returning });
        const said = results.map((result) =>
          result instanceof ParallelError ? [result.name, result.index, result.attempts] : result,
        );
        expect(said).to.deep.equal(items.map((n, index) => (n < 0 ? ['WorkerCrashError', index, 2] : n)));
        // A worker that dies sends the results that wait with its exit report: no finished item runs twice.
        const ran = log.lines().filter((line) => !line.startsWith('-'));
        expect(ran.toSorted()).to.deep.equal(
          items
            .filter((n) => n >= 0)
            .map(String)
            .toSorted(),
        );
        expect(log.lines().filter((line) => line.startsWith('-'))).to.have.length(6);
        expect(await parallel(t.double, [1, 2, 3], { pool })).to.deep.equal([2, 4, 6]);
        writeFileSync(log.file, '');
      }
    });

    it('is not tried again as retry says, nor is one that throws as crashRetries says', async () => {
      const pool = open();
      const [crashed] = await parallel(t.dieUntil, [9], { pool, retry: 5, crashRetries: 0, ...returning });
      expect(crashed).to.be.instanceOf(WorkerCrashError).and.include({ attempts: 1 });
      const [threw] = await parallel(t.dieThenThrow, [0], { pool, crashRetries: 5, ...returning });
      expect(threw).to.be.instanceOf(TaskError).and.include({ attempts: 2 });
      expect(await parallel(t.dieThenThrow, [0], { pool, retry: 1 })).to.deep.equal([3]);
    });

    it('keeps its place in the order', async () => {
      const results = await lastValueFrom(
        parallel$(t.dieUntil, [1, 2, 1, 2, 1], { pool: open(), ordered: true }).pipe(toArray()),
      );
      expect(results).to.deep.equal([1, 2, 1, 2, 1].map((attempt, index) => [index, attempt]));
    });

    it('runs again before the next one of its key, also where that was sent with it, in two runs on one pool', async () => {
      const pool = open();
      const logs = [log, otherLog];
      const items = Array.from('abacabbcaabc', (key, n): [string, number, boolean] => [key, n, n === 2 || n === 6]);
      const config = { pool, partitionBy: ([key]: readonly [string, number, boolean]) => key, chunkSize: 12 };
      const runs = logs.map(({ file }) => parallel(t.noteKeyAndDie, items, { ...config, args: [file] }));
      for (const results of await Promise.all(runs)) expect(results).to.deep.equal(items.map(([, n]) => n));
      for (const each of logs)
        for (const key of 'abc') {
          const tries = items.filter((item) => item[0] === key).flatMap(([, n, dies]) => (dies ? [n, n] : [n]));
          // A result that was lost with its worker comes a second time: only the first time of each attempt counts.
          const seen = [...new Set(each.lines().filter((line) => line.startsWith(key)))];
          expect(seen.map((line) => parseInt(line.slice(1)))).to.deep.equal(tries);
        }
    });

    it('is tried again where it is a generator that has not yielded', async () => {
      expect(await parallel(t.dieBeforeYield, [0], { pool: open() })).to.deep.equal([2]);
    });

    it('waits, where it was late, until the worker it may still be at work on is free', async () => {
      const pool = open({ graceMs: 5000 });
      for (const partitionBy of [undefined, () => 'one']) {
        const config = { pool, args: [log.file] as const, timeout: 50, retry: 1, ...(partitionBy && { partitionBy }) };
        expect(await parallel(t.lateAtFirst, [7], config)).to.deep.equal([7]);
      }
      expect(log.lines()).to.deep.equal(['begin', 'end', 'begin', 'end', 'begin', 'end', 'begin', 'end']);
    });

    if (kind === 'thread')
      it('is not tried again where something of it was moved', async () => {
        const transfer = (bytes: ArrayBuffer): readonly Transferable[] => [bytes];
        const [dead] = await parallel(t.sizeThenDie, [new ArrayBuffer(5)], { pool: open(), transfer, ...returning });
        expect(dead).to.be.instanceOf(WorkerCrashError).and.include({ attempts: 1, exitCode: 5 });
      });
  });
