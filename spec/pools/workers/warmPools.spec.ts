import { setImmediate as turn } from 'node:timers/promises';
import { availableParallelism } from 'node:os';
import { expect } from 'chai';
import { from, Subject, switchMap, tap, type Observable } from 'rxjs';
import { parallel, parallel$, parallelMap, tasks, ThreadPool, type Indexed } from '../../../src/index.ts';
import { BUILD_ID } from '../../../src/pools/workers/node/script/buildId.ts';
import type { SlotPool } from '../../../src/pools/workers/SlotPool.ts';
import { slotStats } from '../../../src/pools/workers/stats/slotStats.ts';
import { perThread } from '../../../src/tasks/perThread.ts';
import { scratch } from '../../support/scratch.ts';
import { until } from '../../support/until.ts';

const { stayOnThread } = tasks<typeof import('../../support/tasks.ts')>(
  new URL('../../support/tasks.ts', import.meta.url),
);
const fast = ['--enable-source-maps', '--import', new URL('../../support/register.js', import.meta.url).href];

/** Says on which thread it runs. */
const whichThread = async (): Promise<number> => (await import('node:worker_threads')).threadId;
/** The pool that all runs without a pool of their own share. */
const defaultPool = (): SlotPool =>
  perThread(`pools ${BUILD_ID}`, (): { readonly thread: { readonly pool: SlotPool } } => {
    throw new Error('no run has used the default pool');
  }).thread.pool;
const ITEMS = [0, 1, 2, 3];
const WORKERS = 2;
const SWITCHES = 20;

describe('run after run inside switchMap', function () {
  this.timeout(60_000);
  const log = scratch();
  const given = new ThreadPool({ workers: WORKERS, execArgv: fast, graceMs: 10_000 });
  after(() => given.close());
  // The workers that a cancelled run gives back may come too late for the next run, which may take others of the pool.
  const pools = {
    'the default pool': {
      config: { workers: WORKERS },
      size: Math.max(WORKERS, availableParallelism()),
      isGiven: false,
    },
    'a given pool': { config: { pool: given }, size: WORKERS, isGiven: true },
  };

  for (const [name, { config, size, isGiven }] of Object.entries(pools))
    for (const operator of ['parallel$', 'parallelMap'] as const) {
      const ask$ = (): Observable<Indexed<number>> =>
        operator === 'parallel$'
          ? parallel$(whichThread, ITEMS, config)
          : from(ITEMS).pipe(parallelMap(whichThread, config));
      const stay$ = (): Observable<Indexed<never>> => {
        const options = { ...config, args: [log.file] as const };
        return operator === 'parallel$'
          ? parallel$(stayOnThread, ITEMS, options)
          : from(ITEMS).pipe(parallelMap(stayOnThread, options));
      };

      it(`${operator} on ${name} has the same workers, where each run has ended`, async () => {
        const threads: number[] = [];
        let ends = 0;
        const run$ = new Subject<number>();
        const subscription = run$
          .pipe(switchMap(() => ask$().pipe(tap({ complete: () => (ends += 1) }))))
          .subscribe(([, thread]) => threads.push(thread));

        for (let run = 1; run <= SWITCHES; run += 1) {
          run$.next(run);
          while (ends < run) await turn();
        }
        subscription.unsubscribe();
        expect(threads).to.have.length(SWITCHES * ITEMS.length);
        expect(new Set(threads).size).to.be.at.most(WORKERS);
      });

      it(`${operator} on ${name} has the workers of the pool, where each run is cancelled at work`, async () => {
        const run$ = new Subject<number>();
        const subscription = run$.pipe(switchMap(stay$)).subscribe();

        for (let run = 1; run <= SWITCHES; run += 1) {
          run$.next(run);
          await until(() => log.lines().length >= run * WORKERS);
        }
        subscription.unsubscribe();
        const after = await parallel(whichThread, ITEMS, config);
        expect(log.lines()).to.have.length(SWITCHES * WORKERS);
        // On a busy machine a task may end later than its worker may wait for it.
        const { stopped } = isGiven ? given.stats() : slotStats(defaultPool().parts);
        expect(new Set([...log.lines().map(Number), ...after]).size).to.be.at.most(size + stopped);
      });
    }
});
