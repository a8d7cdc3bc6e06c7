// A machine as a process of its own: node machine.mjs '<options as JSON>'. Sends "ready", and drains on SIGTERM.
import { LocalPool, ProcessPool, ThreadPool } from '../../../dist/index.js';
import { serveTasks } from '../../../dist/bullmq.js';

const { workers = 2, where = 'threads', ...options } = JSON.parse(process.argv[2] ?? '{}');
const modules = { faultTasks: new URL('./faultTasks.mjs', import.meta.url) };
const Pool = { here: LocalPool, threads: ThreadPool, processes: ProcessPool }[/** @type {'here'} */ (where)];
const pool = new Pool({ workers });
await serveTasks({ modules, pool, signals: true, ...options });
process.send?.('ready');
process.on('disconnect', () => process.exit());
