// Ends by itself after an act: node ends.mjs '<options as JSON>' ACT. Prints the time at which nothing is left to do.
import { QueuePool, serveTasks } from '../../../dist/bullmq.js';
import { LocalPool } from '../../../dist/index.js';

const options = JSON.parse(process.argv[2] ?? '{}');
const act = process.argv[3] ?? '';
const config = { modules: { faultTasks: new URL('./faultTasks.mjs', import.meta.url) }, ...options };

/** @param {{ close(): Promise<void> }} opened */
const untilTold = async (opened) => {
  console.log('open');
  await new Promise((resolve) => process.stdin.once('data', resolve));
  process.stdin.destroy();
  await opened.close();
};

try {
  if (act === 'program') await untilTold(await QueuePool.connect(config));
  else await untilTold(await serveTasks({ ...config, pool: new LocalPool() }));
  console.log(JSON.stringify({ at: Date.now() }));
} catch (error) {
  console.log(JSON.stringify({ at: Date.now(), error: String(error) }));
}
