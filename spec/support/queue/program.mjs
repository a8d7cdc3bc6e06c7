// A program that waits for its tasks: node program.mjs '{ "connection": ..., "leaseMs": ..., "file": ... }'
import { parallel, tasks } from '../../../dist/index.js';
import { QueuePool } from '../../../dist/bullmq.js';

const { file, ...options } = JSON.parse(process.argv[2] ?? '{}');
const url = new URL('./faultTasks.mjs', import.meta.url);
const pool = await QueuePool.connect({ modules: { faultTasks: url }, ...options });
const all = /** @type {any} */ (tasks(url));
await parallel(all.noteStop, [1, 2, 3, 4], { pool, chunkSize: 1, args: [file] });
