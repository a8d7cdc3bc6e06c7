import { LocalPool, ThreadPool } from '../../../src/index.ts';
import { testPool, type PoolTraits } from '../../support/testPool.ts';

const elsewhere: PoolTraits = {
  closures: false,
  inline: true,
  modules: true,
  promises: true,
  realTime: true,
  copies: true,
  transfer: true,
  terminate: true,
  crash: true,
  synchronous: false,
};
const here: PoolTraits = {
  ...elsewhere,
  closures: true,
  copies: false,
  terminate: false,
  crash: false,
  synchronous: true,
};

describe('LocalPool in a page', () => {
  testPool(() => new LocalPool({ workers: 2 }), here);
});

describe('ThreadPool in a page', () => {
  testPool(() => new ThreadPool({ workers: 2, graceMs: 500 }), elsewhere);
});

describe('ThreadPool in a page, with a script', () => {
  const worker = (): Worker => new Worker(new URL('./poolTasks.worker.ts', import.meta.url), { type: 'module' });
  testPool(() => new ThreadPool({ workers: 2, graceMs: 500, worker }), elsewhere);
});
