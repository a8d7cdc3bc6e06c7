// A program that sends "open", each result, and "done": node sender.mjs '{ "connection": ..., "items": ..., ... }'
import { range } from 'rxjs';
import { parallelMap, tasks } from '../../../dist/index.js';
import { QueuePool } from '../../../dist/bullmq.js';

const { items, file, ms, ordered, chunkSize, ...options } = JSON.parse(process.argv[2] ?? '{}');
const url = new URL('./faultTasks.mjs', import.meta.url);
const pool = await QueuePool.connect({ modules: { faultTasks: url }, ...options });
process.on('disconnect', () => process.exit());
process.send?.('open');
const { slowDouble } = /** @type {any} */ (tasks(url));
range(0, items)
  .pipe(parallelMap(slowDouble, { pool, ordered, chunkSize, args: [file, ms] }))
  .subscribe({
    next: (pair) => process.send?.(pair),
    error: (error) => process.send?.(String(error)),
    complete: () => process.send?.('done'),
  });
