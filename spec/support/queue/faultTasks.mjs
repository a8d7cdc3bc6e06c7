import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { currentTask } from '../../../dist/worker.js';

/**
 * Notes that it has begun, takes its time, and doubles.
 * @param {number} n
 * @param {string} file
 * @param {number} ms
 */
export const slowDouble = async (n, file, ms) => {
  const { index } = currentTask() ?? {};
  appendFileSync(file, `${String(index)}\n`);
  await sleep(ms);
  return 2 * n;
};

/**
 * Yields three values, slowly.
 * @param {number} n
 * @param {string} file
 * @param {number} ms
 */
export async function* slowCount(n, file, ms) {
  appendFileSync(file, `${String(n)}\n`);
  for (let step = 0; step < 3; step += 1) {
    await sleep(ms);
    yield [n, step];
  }
}

/**
 * Waits to be told to stop, and notes both.
 * @param {number} n
 * @param {string} file
 */
export const noteStop = async (n, file) => {
  appendFileSync(file, 'begun\n');
  const { signal } = currentTask() ?? {};
  await new Promise((resolve) => signal?.addEventListener('abort', () => resolve(appendFileSync(file, 'stopped\n'))));
  return n;
};

/**
 * Doubles, or kills its process.
 * @param {number} n
 * @param {number} deadly
 * @param {string} file
 */
export const killAt = async (n, deadly, file) => {
  appendFileSync(file, `${String(n)}\n`);
  await sleep(20);
  if (n === deadly) process.kill(process.pid, 'SIGKILL');
  return 2 * n;
};

/** The same bytes, each one more. */
export const increment = (/** @type {Uint8Array} */ bytes) => bytes.map((byte) => byte + 1);
