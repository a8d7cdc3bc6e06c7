import { expect } from 'chai';
import { parallel, parallelMap, ProcessPool, ThreadPool } from '../../src/index.ts';
import { LocalPool } from '../../src/pools/local/LocalPool.ts';
import type { Pool } from '../../src/pools/pool.ts';
import { marbles } from '../support/marbles.ts';
import { letterPool, upper } from '../support/virtual.ts';

const fast = ['--enable-source-maps', '--import', new URL('../support/register.js', import.meta.url).href];

const PAIRS = Object.fromEntries(Array.from('ABCD', (letter) => [letter, [0, letter] as const]));

/** Runs until it has been told to end, by memory that it shares with the program. */
const occupy = (gate: Int32Array): string => {
  Atomics.wait(gate, 0, 0, 30_000);
  return 'first';
};
const nap = async (name: string): Promise<string> => {
  await new Promise((resolve) => setTimeout(resolve, 20));
  return name;
};
const same = (name: string): string => name;

describe('the priority of a run', () => {
  it(
    'lets it go before the runs that wait, whichever came first, and interrupts none',
    marbles(({ cold, expectObservable }) => {
      const pool = letterPool(1, { a: 2, b: 2, c: 2, d: 2 });
      const run = (source: string, priority?: number): void => {
        const expected = { a: '--(A|)', b: '--------(B|)', c: '----(C|)', d: '------(D|)' };
        const letter = source.replaceAll(/[^a-d]/g, '') as keyof typeof expected;
        const config = { pool, ...(priority === undefined ? {} : { priority }) };
        expectObservable(cold(source).pipe(parallelMap(upper, config))).toBe(expected[letter], PAIRS);
      };
      run('(a|)', -1);
      run('(b|)');
      run('-(c|)', 2);
      run('-(d|)', 1);
    }),
  );

  it(
    'keeps the order of runs of the same priority',
    marbles(({ cold, expectObservable }) => {
      const pool = letterPool(1, { a: 2, b: 2, c: 2 });
      const run = (source: string, expected: string): void => {
        expectObservable(cold(source).pipe(parallelMap(upper, { pool, priority: 3 }))).toBe(expected, PAIRS);
      };
      run('(a|)', '--(A|)');
      run('(b|)', '----(B|)');
      run('-(c|)', '------(C|)');
    }),
  );

  const pools: Record<string, () => Pool> = {
    thread: () => new ThreadPool({ workers: 1, execArgv: fast }),
    process: () => new ProcessPool({ workers: 1, execArgv: fast }),
    'this thread': () => new LocalPool({ workers: 1 }),
  };
  for (const [name, open] of Object.entries(pools))
    it(`decides which of two waiting runs has the worker: ${name}`, async () => {
      for (const pool of [open(), open()]) {
        const gate = new Int32Array(new SharedArrayBuffer(4));
        const ended: string[] = [];
        const run = async (items: readonly string[], priority: number): Promise<void> => {
          ended.push(...(await parallel(same, items, { pool, priority })));
        };
        const first = name === 'thread' ? parallel(occupy, [gate], { pool }) : parallel(nap, ['first'], { pool });
        const low = run(['low'], 0);
        const high = run(['high'], 1);
        Atomics.store(gate, 0, 1);
        Atomics.notify(gate, 0);

        expect(await first).to.deep.equal(['first']);
        await Promise.all([low, high]);
        expect(ended).to.deep.equal(['high', 'low']);
        await pool.close();
      }
    });
});
