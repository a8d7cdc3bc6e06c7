import { Worker } from 'node:worker_threads';

/** How often the parent is looked for, in milliseconds. */
const EVERY_MS = 250;

/** What the thread does; it loads nothing, so that it starts at once and needs little. */
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
 * Ends this process when its parent is gone, however that ended, and whatever this process does: a timer of its own would
 * not run while a task loops, so a thread looks.
 *
 * @param parent - The parent's pid. Not asked for here, where it may be another one's by now.
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
    // Node may be told to permit no threads.
    ignore();
  }
}

/** Without it the process works on as before, and ends with its parent once it does not loop. */
function ignore(): void {
  // Nobody needs to know.
}
