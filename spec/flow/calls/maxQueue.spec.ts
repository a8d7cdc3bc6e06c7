import { expect } from 'chai';
import { catchError, firstValueFrom, lastValueFrom, merge, mergeMap, tap } from 'rxjs';
import { LocalPool, pooled, pooled$, QueueFullError, tasks, ThreadPool, type Pool } from '../../../src/index.ts';
import { VirtualPool } from '../../../src/testing.ts';
import { marbles } from '../../support/marbles.ts';
import { upper } from '../../support/virtual.ts';

const t = tasks<typeof import('../../support/tasks.ts')>(new URL('../../support/tasks.ts', import.meta.url));
const fast = ['--enable-source-maps', '--import', new URL('../../support/register.js', import.meta.url).href];

// A pool with a pause runs each call as a job.
const POOLS: Readonly<Record<string, (workers: number) => Pool>> = {
  'this thread': (workers) => new LocalPool({ workers }),
  threads: (workers) => new ThreadPool({ workers, execArgv: fast }),
  'threads with a pause': (workers) => new ThreadPool({ workers, pause: 1, execArgv: fast }),
};

describe('maxQueue', function () {
  this.timeout(30_000);

  for (const [name, make] of Object.entries(POOLS))
    for (const moment of ['at once', 'when its promise has told'] as const)
      it(`bounds the calls that are made where a result has just come, ${moment}, on ${name}`, async () => {
        for (const workers of [1, 2]) {
          const pool = make(workers);
          const nap$ = pooled$(t.waitFor, { pool, maxQueue: 2 });
          const nap = pooled(t.waitFor, { pool, maxQueue: 2 });
          const ends: Promise<unknown>[] = [];
          const call = (): Promise<unknown> => (moment === 'at once' ? firstValueFrom(nap$(1)) : nap(1));
          const more = (): void => {
            for (let n = 0; n < 8; n += 1) ends.push(call().catch((error: unknown) => error));
          };
          await (moment === 'at once' ? nap$ : nap).ready();
          if (moment === 'at once') await lastValueFrom(nap$(1).pipe(tap(more)));
          else await nap(1).then(more);
          const refused = (await Promise.all(ends)).filter((end) => end instanceof QueueFullError);
          // Each worker takes one, and two wait.
          expect(refused).to.have.length(8 - workers - 2);
          await pool.close();
        }
      });

  it(
    'bounds the calls that are made where a result has just come, in virtual time',
    marbles(({ flush }) => {
      for (const workers of [1, 2]) {
        const upper$ = pooled$(upper, { pool: new VirtualPool({ workers, duration: 2 }), maxQueue: 2 });
        let refused = 0;
        const eight = Array.from('bcdefghi', (letter) => upper$(letter).pipe(catchError(() => [(refused += 1)])));
        upper$('a')
          .pipe(mergeMap(() => merge(...eight)))
          .subscribe();
        flush();
        expect(refused).to.equal(8 - workers - 2);
      }
    }),
  );
});
