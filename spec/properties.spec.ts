import { LocalPool, ThreadPool } from '../src/index.ts';
import { testProperties } from './support/testProperties.ts';

const fast = ['--enable-source-maps', '--import', new URL('./support/register.js', import.meta.url).href];

describe('a pool of threads', () => {
  testProperties(() => new ThreadPool({ workers: 3, execArgv: fast }));
});

describe('a pool of this thread', () => {
  testProperties(() => new LocalPool({ workers: 3 }));
});
