import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { currentTask } from '../dist/worker.js';

export const same = (item) => item;
export const nap = (ms) => sleep(ms);
export const megabyte = () => new Uint8Array(1_000_000);

/** Notes the time at which it begins, and runs until it is told to stop. */
export const begun = async (ms, file) => {
  appendFileSync(file, `${process.pid} ${Date.now()}\n`);
  await sleep(ms);
};

/** Notes the time at which it is told to stop. */
export const stopped = async (n, file) => {
  const { signal } = currentTask();
  appendFileSync(file, 'begun\n');
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
  appendFileSync(file, `${Date.now()}\n`);
};
