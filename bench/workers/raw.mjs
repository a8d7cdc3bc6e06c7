import { parentPort } from 'node:worker_threads';
import * as tasks from '../tasks.mjs';

parentPort.on('message', ({ task, from, items }) => {
  parentPort.postMessage({ from, values: items.map((item) => tasks[task](item)) });
});
