import { LocalPool, ThreadPool } from '../../../src/index.ts';
import { testProperties } from '../../support/testProperties.ts';

/** Browsers take longer for them than Node does, which makes all of them. */
const SHARE = 0.2;

// Not each browser gives a page without a user memory that threads share. Without it, tasks of workers note on copies: their results and
// order are tested, and not how many of them run together.
if (typeof (globalThis as { SharedArrayBuffer?: unknown }).SharedArrayBuffer !== 'function')
  Object.assign(globalThis, { SharedArrayBuffer: ArrayBuffer });

describe('ThreadPool in a page', () => {
  testProperties(() => new ThreadPool({ workers: 3 }), SHARE);
});

describe('LocalPool in a page', () => {
  testProperties(() => new LocalPool({ workers: 3 }), SHARE);
});
