import { expect } from 'chai';
import { BehaviorSubject, Subject } from 'rxjs';
import { parallel$, type Pool } from '../../src/index.ts';
import { LocalPool } from '../../src/pools/local/LocalPool.ts';

/** A pool whose size changes, and the tasks that run on it. */
function open(): { pool: Pool; size$: BehaviorSubject<number>; end: Subject<number>; begun: number[] } {
  const local = new LocalPool({ workers: 16 });
  const size$ = new BehaviorSubject(1);
  const pool: Pool = {
    size: 1,
    size$,
    run$: (job) => local.run$(job),
    close: () => local.close(),
  };
  return { pool, size$, end: new Subject(), begun: [] };
}

describe('a pool whose size changes', () => {
  it('runs as many items of each run as it has places at the time, and workers at most', () => {
    for (const [config, counts] of [
      [{}, [1, 3, 6]],
      [{ workers: 2 }, [1, 2, 2]],
    ] as const) {
      const { pool, size$, end, begun } = open();
      const runs = [1, 2].map((run) => {
        const task = (n: number): Promise<number> => {
          begun.push(n);
          return new Promise((resolve) => end.subscribe(resolve));
        };
        const items = Array.from({ length: 9 }, (_, n) => 10 * run + n);
        return parallel$(task, items, { pool, ...config }).subscribe();
      });
      for (const [at, size] of [1, 3, 6].entries()) {
        size$.next(size);
        // Both runs have as many.
        expect(begun).to.have.lengthOf(2 * (counts[at] as number));
      }
      for (const subscription of runs) subscription.unsubscribe();
      expect(size$.observed).to.equal(false);
    }
  });
});
