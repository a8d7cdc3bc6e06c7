// A machine for bench/machines.mjs: node machine.mjs '<options as JSON>'. Sends "ready".
import { LocalPool, ThreadPool } from '../../dist/index.js';
import { serveTasks } from '../../dist/bullmq.js';

const { threads, here, ...options } = JSON.parse(process.argv[2] ?? '{}');
const pool = threads === undefined ? new LocalPool({ workers: here }) : new ThreadPool({ workers: threads });
await serveTasks({ modules: { tasks: new URL('../machineTasks.mjs', import.meta.url) }, pool, ...options });
process.send('ready');
process.on('disconnect', () => process.exit());
