import { setFlagsFromString } from 'node:v8';
import { expect } from 'chai';
import { parallel, ProcessPool, ThreadPool } from '../../../src/index.ts';
import { collect } from '../../support/collected.ts';

const FUNCTIONS = 200;
const LENGTH = 200_000;
/** Two copies of all would be 80 MB; those of the functions that a worker keeps, in case they come again, are 26 MB. */
const SOME = 40_000_000;
const NONE = 10_000_000;

/** A function of a text of its own. */
const madeAtRunTime = (n: number): ((item: number) => number) =>
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- there is no other way to make functions of any number of texts.
  new Function('item', `return item + ${String(n)}; /* ${'x'.repeat(LENGTH)} */`) as (item: number) => number;

const heapUsed = async (): Promise<number> => {
  const [{ setFlagsFromString }, { runInNewContext }] = await Promise.all([import('node:v8'), import('node:vm')]);
  setFlagsFromString('--expose-gc');
  setFlagsFromString('--no-compilation-cache');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
};

for (const [kind, open] of [
  ['thread', () => new ThreadPool({ workers: 1 })],
  ['process', () => new ProcessPool({ workers: 1 })],
] as const)
  describe(`functions that are made at run time (${kind})`, function () {
    this.timeout(120_000);
    // V8 keeps the texts that it has compiled, for some time.
    before(() => {
      setFlagsFromString('--no-compilation-cache');
    });
    after(() => {
      setFlagsFromString('--compilation-cache');
    });

    it('are kept neither by the program nor by a worker that lives long', async () => {
      await using pool = open();
      const inWorker = async (): Promise<number> =>
        (await parallel(heapUsed, [0], { pool, ordered: true }))[0] as number;
      const run = async (n: number): Promise<void> => {
        expect(await parallel(madeAtRunTime(n), [1], { pool, ordered: true })).to.deep.equal([1 + n]);
      };
      const heap = (): number => {
        collect();
        return process.memoryUsage().heapUsed;
      };

      await inWorker();
      await run(0);
      const before = [heap(), await inWorker()] as const;
      for (let n = 1; n <= FUNCTIONS; n += 1) await run(n);
      const after = [heap(), await inWorker()] as const;
      console.log(after, before);
      expect(after[0] - before[0]).to.be.below(NONE);
      expect(after[1] - before[1]).to.be.below(SOME);
    });
  });
