import { expect } from 'chai';
import { AsyncSubject, of, tap } from 'rxjs';
import type { Job, Pool } from '../../../src/pools/pool.ts';
import { combinations } from '../virtual.ts';
import { record } from '../record.ts';
import { ParallelError } from '../../../src/tasks/errors/errors.ts';
import type { PoolBench } from './PoolBench.ts';
import type { PoolTraits, Specify } from './PoolTraits.ts';

/** What a run on a pool gives, by the public operators. */
export function specifyRuns(bench: PoolBench, specify: Specify, { synchronous }: PoolTraits): void {
  const { t } = bench;
  const twelve = Array.from({ length: 12 }, (_, n) => n);
  const product = combinations({
    ordered: [false, true],
    workers: [1, 2, Infinity],
    chunkSize: [1, 3, 'auto'] as const,
    onError: ['return', 'skip', 'throw'] as const,
  });

  describe('and of a run', () => {
    it('gives what a plain loop gives, whatever the options', async () => {
      const failsAt = (index: number): boolean => index % 3 === 2;
      for (const { workers, ...options } of product) {
        const config = { ...options, ...(workers < Infinity && { workers }) };
        const { values, errors } = await bench.run(t.failOnThirds, twelve, config);
        const said = values.map(([index, result]) => [
          index,
          result instanceof ParallelError ? ['failed at', result.index, result.item] : result,
        ]);
        const loop = twelve
          .filter((index) => options.onError === 'return' || !failsAt(index))
          .map((index) => [index, failsAt(index) ? ['failed at', index, index] : 2 * index]);
        const inOrder = options.ordered ? said : said.toSorted(([a], [b]) => (a as number) - (b as number));

        if (options.onError !== 'throw') expect([inOrder, errors]).to.deep.equal([loop, []]);
        else {
          const [error] = errors as readonly ParallelError[];
          expect(error).to.be.instanceOf(ParallelError);
          expect(failsAt(error?.index ?? 0)).to.equal(true);
          if (options.ordered) expect([said, error?.index]).to.deep.equal([loop.slice(0, 2), 2]);
          else expect(loop).to.deep.include.members(said);
        }
      }
    });

    it('emits undefined and null as it does all else', async () => {
      const items = [undefined, null, undefined, 0, ''];
      const { values } = await bench.run(t.same, items, { ordered: true });
      expect(values).to.deep.equal([...items.entries()]);
    });

    it('serves others beside it, each with its own indices', async () => {
      const runs = [1, 2, 3].map((by) => record(bench.run$(t.double, [by, by, by], { ordered: true })));
      for (const run of runs) await bench.ended(run);
      expect(runs.map(({ values }) => values)).to.deep.equal(
        [2, 4, 6].map((result) => [0, 1, 2].map((index) => [index, result])),
      );
    });

    it('ends beside others whose generators have taken all workers, and wait for items that come again', async () => {
      const { pool } = bench;
      const items = Array.from({ length: pool.size }, (_, n) => n);
      const yielded = new Set<number>();
      const allWait$ = new AsyncSubject<unknown>();
      const run = (number: number): ReturnType<typeof record> => {
        const telling: Pool = {
          ...traitsOf(pool),
          run$: <In, Out>(job: Job<In>) =>
            pool.run$<In, Out>(job).pipe(
              tap(({ yields }) => {
                if (yields === undefined) return;
                yielded.add(number);
                if (yielded.size < 2) return;
                allWait$.next(0);
                allWait$.complete();
              }),
            ),
        };
        // Both come again when the others have all workers, of which there are none where there is only one.
        const retry = { count: 1, delay: () => (pool.size > 1 ? allWait$ : of(0)) };
        return record(bench.run$(t.yieldUnlessFirst, items, { ordered: true, chunkSize: 1, retry, pool: telling }));
      };
      const runs = [run(0), run(1)];
      for (const one of runs) await bench.ended(one);

      const expected = items.flatMap((n) => Array.from({ length: 100 + n }, (_, step) => [n, step + 1]));
      expect(runs.map(({ values, errors }) => [values, errors])).to.deep.equal([
        [expected, []],
        [expected, []],
      ]);
      await bench.fill();
    });

    it('emits while it is subscribed to, or never does', async () => {
      const run = record(bench.run$(t.same, [1, 2], { ordered: true }));
      const atOnce = run.values.length;
      await bench.ended(run);
      expect(atOnce).to.equal(synchronous ? 2 : 0);
      expect(run.values).to.have.length(2);
    });

    specify('runs a function that needs nothing but its arguments', ['inline'], async () => {
      const { values } = await bench.run((n: number, by: number) => n * by, [1, 2], { args: [10], ordered: true });
      expect(values).to.deep.equal([
        [0, 10],
        [1, 20],
      ]);
    });

    specify('runs a function that sees what is around it', ['closures'], async () => {
      const seen: number[] = [];
      await bench.run((n: number) => void seen.push(n), [1, 2], { ordered: true });
      expect(seen.toSorted()).to.deep.equal([1, 2]);
    });

    it('makes a class once per worker and run', async () => {
      for (const first of [100, 200]) {
        const { values } = await bench.gen(t.Total, [1, 1, 1, 1], {
          args: [first],
          workers: 1,
          batchSize: 1,
          ordered: true,
        });
        expect(values.map(([, total]) => total)).to.deep.equal([1, 2, 3, 4].map((n) => first + n));
      }
    });
  });
}

/** All of a pool but how it runs a job and is closed, which another one does then. */
function traitsOf(pool: Pool): Omit<Pool, 'run$'> {
  const { size, sends, crashes, closed$, serial } = pool;
  return {
    size,
    ...(sends !== undefined && { sends }),
    ...(crashes !== undefined && { crashes }),
    ...(closed$ !== undefined && { closed$ }),
    ...(serial !== undefined && { serial }),
    close: () => pool.close(),
  };
}
