import { currentTask } from '../dist/worker.js';

/** One of ten items fails at its first attempt. */
export const tenthFailsOnce = (n) => {
  if (n % 10 === 3 && currentTask().attempt === 1) throw new Error('not yet');
  return n;
};
