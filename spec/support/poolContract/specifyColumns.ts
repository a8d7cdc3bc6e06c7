import { expect } from 'chai';
import { TaskError, WorkerCrashError } from '../../../src/tasks/errors/errors.ts';
import { outcomesOf } from './outcomesOf.ts';
import type { PoolBench } from './PoolBench.ts';
import type { Specify } from './PoolTraits.ts';

const integers = Array.from({ length: 300 }, (_, n) => n);
const doubles = integers.map((n) => n / 8 - 1);
const odd = [-0, NaN, Infinity, -Infinity, 2 ** 31, -(2 ** 31) - 1, Number.MAX_SAFE_INTEGER, 5e-324];

/** Specifies jobs of many numbers, which pools may send in another form than other items. */
export function specifyColumns(bench: PoolBench, specify: Specify): void {
  const { t } = bench;
  /** The outcomes of a job, whose messages have arrays of results. */
  const outcomes = async (
    task: Parameters<PoolBench['job$']>[0],
    items: readonly unknown[],
    more = {},
  ): Promise<unknown> => {
    const { values: messages, errors } = await bench.end(bench.job$(task, items, more));
    expect(errors).to.deep.equal([]);
    for (const { values } of messages) expect(Array.isArray(values)).to.equal(true);
    return outcomesOf(messages);
  };
  /** The same, of two jobs at once, and of a third after them. */
  const ofThree = async (...job: Parameters<typeof outcomes>): Promise<readonly unknown[]> => [
    ...(await Promise.all([outcomes(...job), outcomes(...job)])),
    await outcomes(...job),
  ];

  describe('and of many numbers', () => {
    for (const [what, items] of Object.entries({
      integers,
      doubles,
      'integers before doubles': [...integers, ...doubles],
      'numbers that are no integers of 32 bits': odd.flatMap((value) => integers.with(value > 0 ? 0 : 299, value)),
      bigints: integers.map(BigInt),
      'numbers and one text': integers.map((n) => (n === 250 ? 'text' : n)),
      'numbers and one undefined': integers.map((n) => (n === 250 ? undefined : n)),
    }))
      it(`passes and gives back ${what}, as they are`, async () => {
        const [first, second, third] = await ofThree(t.same, items);
        expect(first).to.deep.equal(items);
        expect(second).to.deep.equal(items);
        expect(third).to.deep.equal(items);
      });

    it('passes undefined for a hole', async () => {
      const items = [...integers];
      // eslint-disable-next-line @typescript-eslint/no-array-delete -- it makes a hole.
      delete items[250];
      expect(await outcomes(t.typeOf, items)).to.deep.equal(integers.map((n) => (n === 250 ? 'undefined' : 'number')));
    });

    it('passes them as numbers, and leaves the items as they are', async () => {
      const items = [...doubles];
      const [first, second] = await ofThree(t.typeOf, items);
      expect([first, second]).to.deep.equal(Array(2).fill(integers.map(() => 'number')));
      expect(items).to.deep.equal(doubles);
    });

    it('gives back what is a number at times', async () => {
      for (const results of await ofThree(t.thirdsAsText, integers))
        expect(results).to.deep.equal(integers.map((n) => (n % 3 === 2 ? String(n) : n)));
    });

    it('tells which of them has failed', async () => {
      const items = integers.map((n) => (n === 200 ? 2 : 3 * n));
      const results = (await outcomes(t.failOnThirds, items, { first: 1000 })) as unknown[];
      expect(results[200]).to.be.instanceOf(TaskError).and.include({ index: 1200, item: 2 });
      expect(results.with(200, 0)).to.deep.equal(integers.map((n) => (n === 200 ? 0 : 6 * n)));
    });

    it('tells a task the index of each', async () => {
      const indices = integers.map((n) => 2 * n);
      expect(await outcomes(t.indexOf, doubles, { first: 5 })).to.deep.equal(integers.map((n) => n + 5));
      expect(await outcomes(t.indexOf, doubles, { first: 0, indices })).to.deep.equal(indices);
    });

    specify('runs the others of a worker that dies', ['crash'], async () => {
      const results = (await outcomes(t.dieOn250, doubles.with(250, 250))) as unknown[];
      expect(results[250]).to.be.instanceOf(WorkerCrashError).and.include({ index: 250, item: 250 });
      expect(results.with(250, 0)).to.deep.equal(doubles.with(250, 0));
    });
  });
}
