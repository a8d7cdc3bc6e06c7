import { Worker } from 'node:worker_threads';

/** The time between two checks for the parent, in milliseconds. */
const EVERY_MS = 250;

/** The program of the watching thread. It imports no file, so that it starts fast and needs little memory. */
const WATCH = `
const { workerData: { parent, everyMs } } = require('node:worker_threads');
const isGone = () => {
  if (process.platform !== 'win32') return process.ppid !== parent;
  try {
    process.kill(parent, 0);
    return false;
  } catch {
    return true;
  }
};
setInterval(() => {
  if (isGone()) process.kill(process.pid, 'SIGKILL');
}, everyMs);
`;

/**
 * Ends this process when its parent has ended for any reason. A thread checks for the parent, since a timer of this thread
 * would not run while a task blocks it.
 *
 * @param parent - The parent's pid. `process.ppid` may be another process by now, if the parent has already ended.
 */
export function watchParent(parent: number): void {
  try {
    const watch = new Worker(WATCH, {
      eval: true,
      execArgv: [],
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4, stackSizeMb: 1 },
      workerData: { parent, everyMs: EVERY_MS },
    });
    watch.on('error', ignore);
    watch.unref();
  } catch {
    // Node's permission model may forbid threads.
    ignore();
  }
}

/** Without the thread, the process still ends with its parent, as soon as no task blocks it. */
function ignore(): void {
  // The worker works without the thread.
}
