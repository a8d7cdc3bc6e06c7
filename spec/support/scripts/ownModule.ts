import { lastValueFrom } from 'rxjs';
import { parallel, startThread$, tasks, ThreadPool } from '../../../src/index.ts';

export const double = (n: number): number => n * 2;
export const prepare = (): undefined => undefined;

const own = tasks<{ double: typeof double; prepare: typeof prepare }>(import.meta.url);

// Starts runs of its own tasks wherever it is imported, as a program does that has no module for them.
switch (process.env.HOW) {
  case 'thread':
  case 'process':
    console.log(await parallel(own.double, [1, 2], { workers: 2, pool: process.env.HOW }));
    break;
  case 'serial':
    console.log(await parallel(own.double, [1, 2]));
    break;
  case 'initializer': {
    const pool = new ThreadPool({ workers: 1, initializer: own.prepare });
    console.log(await parallel(own.double, [1, 2], { pool }));
    break;
  }
  case 'alone':
    console.log(await lastValueFrom(startThread$(own.double, 1)));
    break;
  case 'unawaited':
    void parallel(own.double, [1, 2], { workers: 2 });
}
