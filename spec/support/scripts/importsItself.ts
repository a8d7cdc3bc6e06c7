import { parallel, tasks, ThreadPool } from '../../../src/index.ts';

export const double = (n: number): number => n * 2;
export const prepare = (): undefined => undefined;

const own = tasks<{ double: typeof double; prepare: typeof prepare }>(import.meta.url);

// Starts runs of its own tasks wherever it is imported, as a program does that has no module for them.
switch (process.env.HOW) {
  case 'thread':
    console.log(await parallel(own.double, [1, 2], { workers: 2 }));
    break;
  case 'serial':
    console.log(await parallel(own.double, [1, 2]));
    break;
  case 'initializer': {
    const pool = new ThreadPool({ workers: 1, initializer: own.prepare });
    console.log(await parallel(own.double, [1, 2], { pool }));
    break;
  }
  case 'unawaited':
    void parallel(own.double, [1, 2], { workers: 2 });
}
