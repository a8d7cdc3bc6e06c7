import { LocalPool } from '../../src/pools/local/LocalPool.ts';
import { ProcessPool } from '../../src/pools/workers/node/ProcessPool.ts';
import { ThreadPool } from '../../src/pools/workers/node/ThreadPool.ts';
import { VirtualPool } from '../../src/testing/VirtualPool.ts';
import { HANG, testPool, type PoolTraits } from '../support/testPool.ts';

const fast = ['--enable-source-maps', '--import', new URL('../support/register.js', import.meta.url).href];

/** This thread hands over the items themselves, and cannot be ended. */
const here: PoolTraits = {
  closures: true,
  inline: true,
  modules: true,
  promises: true,
  realTime: true,
  copies: false,
  transfer: true,
  terminate: false,
  crash: false,
  synchronous: true,
};
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
/** It calls functions of this thread, in a time that no promise goes by. Its crashes are drawn, and not those of tasks. */
const virtual: PoolTraits = {
  ...here,
  modules: false,
  promises: false,
  realTime: false,
  copies: true,
  synchronous: false,
};

describe('LocalPool', () => {
  testPool(() => new LocalPool({ workers: 2 }), here);
});

describe('ThreadPool without workers', () => {
  testPool(() => new ThreadPool({ workers: 0 }), here);
});

describe('ThreadPool', () => {
  testPool(() => new ThreadPool({ workers: 2, execArgv: fast, graceMs: 500 }), elsewhere);
});

describe('ProcessPool', () => {
  // Between processes everything is copied.
  testPool(() => new ProcessPool({ workers: 2, execArgv: fast, graceMs: 500 }), { ...elsewhere, transfer: false });
});

describe('VirtualPool', () => {
  testPool(() => new VirtualPool({ workers: 2, duration: (item: unknown) => (item === HANG ? Infinity : 1) }), virtual);
});
