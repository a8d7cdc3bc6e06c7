import { expect } from 'chai';
import { from, lastValueFrom, range, tap, toArray, type Observable } from 'rxjs';
import {
  parallelGen,
  ParallelError,
  ProcessPool,
  TaskError,
  tasks,
  ThreadPool,
  type Indexed,
} from '../../../src/index.ts';
import { scratch } from '../../support/scratch.ts';
import { errorOf } from '../../support/settle.ts';
import type { Place } from '../../support/tasks.ts';

const p = tasks<typeof import('../../support/processors.ts')>(new URL('../../support/processors.ts', import.meta.url));
// The flags of this process are inherited by the pool that most specs share.
const execArgv = ['--enable-source-maps', '--import', new URL('../../support/register.js', import.meta.url).href];
const kinds = { thread: ThreadPool, process: ProcessPool };

for (const kind of ['thread', 'process'] as const)
  describe(`processors in workers (${kind})`, function () {
    this.timeout(60_000);
    const log = scratch();
    const pool = new kinds[kind]({ workers: 2, execArgv });
    after(() => pool.close());

    describe('a class', () => {
      const name = ({ pid, threadId }: Place): string => `${String(pid)} ${String(threadId)}`;

      it('is constructed in each worker, once per run, and in this thread never', async () => {
        const makers: string[][] = [];
        for (const run of [1, 2]) {
          // No batch ends before there is an instance in each of the two workers.
          const reports = await lastValueFrom(
            range(8).pipe(parallelGen(p.Native, { pool, args: [log.file, 2 * run], batchSize: 2 }), toArray()),
          );
          expect(reports.map(([index]) => index).sort()).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7]);
          for (const [, { made, processed }] of reports) expect(made).to.deep.equal(processed);
          const first = reports.filter(([, { before }]) => before === 0);
          makers.push(first.map(([, { made }]) => name(made)).sort());
          expect(log.lines()).to.have.length(2 * run);
        }
        expect(new Set([...makers.flat(), name({ pid: process.pid, threadId: 0, isMainThread: true })]).size).to.equal(
          3,
        );
        expect(makers[1]).to.deep.equal(makers[0]);
      });

      it('keeps its instance from batch to batch', async () => {
        const reports = await lastValueFrom(
          range(6).pipe(
            parallelGen(p.Native, { pool, workers: 1, args: [log.file, 1], batchSize: 2, ordered: true }),
            toArray(),
          ),
        );
        expect(reports.map(([, { before }]) => before)).to.deep.equal([0, 1, 2, 3, 4, 5]);
      });

      it('that cannot be constructed there fails the run', async () => {
        const error = await errorOf(lastValueFrom(from([1, 2]).pipe(parallelGen(p.Stranger, { pool }))));
        expect(error).to.be.instanceOf(ParallelError).with.nested.property('cause.message', `not in a ${kind}`);
      });
    });

    describe('one result per item', () => {
      const advice = 'for a batch of 2: it has to yield one per item';
      const outcome = async (results$: Observable<Indexed<number>>): Promise<unknown> => {
        const values: Indexed<number>[] = [];
        const error = await errorOf(lastValueFrom(results$.pipe(tap((pair) => values.push(pair)))));
        expect(error).to.be.instanceOf(TaskError);
        const { index, message } = error as TaskError;
        return { values, index, message };
      };

      for (const [how, processor] of Object.entries({
        'of a generator': p.give,
        'of an async generator': p.giveLater,
        'of an array': (_batch: readonly unknown[], results: readonly number[]) => results,
      }))
        for (const ordered of [false, true]) {
          const giving = (...results: readonly number[]): Promise<unknown> =>
            outcome(
              from(['a', 'b', 'c']).pipe(
                parallelGen(processor, { pool, workers: 1, args: [results], batchSize: 2, ordered }),
              ),
            );

          it(`is demanded ${how}: more are an error of no item, with ordered: ${String(ordered)}`, async () => {
            expect(await giving(10, 11, 12)).to.deep.equal({
              values: [
                [0, 10],
                [1, 11],
              ],
              index: undefined,
              message: `a processor gave more results than items ${advice}`,
            });
          });

          it(`is demanded ${how}: fewer are an error of the first item without one, with ordered: ${String(ordered)}`, async () => {
            expect(await giving(10)).to.deep.equal({
              values: [[0, 10]],
              index: 1,
              message: `a processor gave 1 results ${advice}`,
            });
            expect(await giving()).to.deep.equal({
              values: [],
              index: 0,
              message: `a processor gave 0 results ${advice}`,
            });
          });
        }

      it('is demanded of one that never ends, which is closed', async () => {
        const endless$ = from(['a', 'b']).pipe(parallelGen(p.giveForEver, { pool, workers: 1, args: [log.file] }));
        expect(await outcome(endless$)).to.deep.equal({
          values: [
            [0, 0],
            [1, 1],
          ],
          index: undefined,
          message: `a processor gave more results than items ${advice}`,
        });
        await log.has('closed');
      });
    });
  });
