// Not among the others, which the workers of all contenders load.
import { currentTask } from '../dist/worker.js';

export const untilStopped = () =>
  new Promise((resolve) => {
    currentTask().signal.addEventListener('abort', resolve);
  });
