import { of } from 'rxjs';
import {
  parallel,
  ParallelError,
  parallelGen,
  parallelMap,
  type Pool,
  type ProcessorTask,
  type Task,
} from 'rxjs-parallel';
import { VirtualPool } from 'rxjs-parallel/testing';
import jobs = require('./jobs.cjs');

// What is required here comes from jobs.cts.
export const task: Task<number, number> = jobs.double;
export const processor: ProcessorTask<number, string> = jobs.words;
export const pool: Pool = jobs.pool;
export const results: Promise<number[]> = parallel(jobs.all.double, [1, 2], { pool: jobs.pool });
export const texts = parallel(jobs.double, [1]).then((all) => all.map((n) => n.toFixed()));
of(1)
  .pipe(parallelGen(jobs.all.Words))
  .subscribe(([index, word]) => word.toUpperCase() + index.toFixed());
of(1)
  .pipe(parallelMap(jobs.all.double, { pool: new VirtualPool({ workers: 2, duration: 1 }), onError: 'return' }))
  .subscribe(([, result]) => (result instanceof ParallelError ? result.attempts : result.toFixed()));
// @ts-expect-error -- it takes numbers.
export const wrong = parallel(jobs.double, ['x']);
