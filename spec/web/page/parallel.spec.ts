import { expect } from 'chai';
import { from, lastValueFrom, toArray } from 'rxjs';
import { parallel, parallelMap, tasks } from '../../../src/index.ts';

const numbers = Array.from({ length: 1000 }, (_none, n) => n);
const { double, isInWorker } = tasks(
  () => new Worker(new URL('./tasks/images.worker.ts', import.meta.url), { type: 'module' }),
  () => import('./tasks/images.ts'),
);

describe('parallelMap in a page', () => {
  it('runs inline functions in workers', async () => {
    const pairs$ = from(numbers).pipe(
      parallelMap((n: number) => n * 3, { ordered: true }),
      toArray(),
    );
    expect(await lastValueFrom(pairs$)).to.deep.equal(numbers.map((n) => [n, n * 3]));
    expect(await parallel(() => typeof document, [1])).to.deep.equal(['undefined']);
  });

  it('runs the tasks that a script serves in workers with this script', async () => {
    expect(await parallel(double, numbers)).to.deep.equal(numbers.map((n) => n * 2));
    expect(await parallel(isInWorker, [1, 2])).to.deep.equal([true, true]);
  });
});
