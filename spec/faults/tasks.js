// Plain JavaScript, so that workers need no loader to boot: the matrix starts thousands of them.
import { appendFileSync, readFileSync } from 'node:fs';
import { isMainThread, threadId } from 'node:worker_threads';

/** @returns {Promise<never>} */
const never = () => new Promise(() => setInterval(() => undefined, 2 ** 30));

/** @type {Record<string, () => unknown>} */
const faults = {
  throw: () => {
    throw new RangeError('thrown');
  },
  'throw undefined': () => {
    throw undefined;
  },
  reject: () => Promise.reject(new RangeError('rejected')),
  'exit 0': () => process.exit(0),
  'exit 1': () => process.exit(1),
  'uncaught later': () => {
    setTimeout(() => {
      throw new RangeError('uncaught');
    });
    return never();
  },
  'out of memory': () => {
    const hoard = [];
    for (;;) hoard.push(new Array(1e5).fill(hoard.length));
  },
  SIGKILL: () => {
    process.kill(process.pid, 'SIGKILL');
    return never();
  },
  'endless loop': () => {
    for (;;);
  },
  'uncloneable result': () => () => 1,
  'never settles': never,
};

/**
 * Ten times the number, of odd ones by a promise; or the fault that the item names.
 *
 * @param {number | { fault: string } | (() => number)} item
 * @returns {unknown}
 */
export function work(item) {
  if (typeof item === 'number') return item % 2 === 0 ? item * 10 : Promise.resolve(item * 10);
  return 'fault' in item ? faults[item.fault]?.() : undefined;
}

/**
 * Notes its worker in a file, and waits until so many have done so.
 *
 * @param {number} workers
 * @param {string} file
 * @returns {Promise<string>}
 */
export async function meet(workers, file) {
  const me = `${String(process.pid)} ${String(isMainThread ? 0 : threadId)}`;
  appendFileSync(file, `${me}\n`);
  while (new Set(readFileSync(file, 'utf8').trim().split('\n')).size < workers)
    await new Promise((resolve) => setTimeout(resolve, 1));
  return me;
}
