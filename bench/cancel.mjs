import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import workerpool from 'workerpool';
import { parallel, parallel$, ProcessPool, tasks, ThreadPool } from '../dist/index.js';
import { alternate, timed } from './alternate.mjs';

const { us0, endless } = tasks(new URL('./tasks.mjs', import.meta.url));
const { untilStopped } = tasks(new URL('./cancelTask.mjs', import.meta.url));
const pools = { threads: ThreadPool, processes: ProcessPool };

/** Milliseconds from a cancel until the same place answers again, with one worker; `graceMs` is 100. */
export async function cancel({ rounds }) {
  const open = [];
  const variants = {};
  for (const [kind, Pool] of Object.entries(pools)) {
    const pool = new Pool({ workers: 1 });
    open.push(() => pool.close());
    for (const [name, task] of Object.entries({ 'a task that ends on its signal': untilStopped, 'a loop': endless }))
      variants[`${name}, ${kind}`] = async () => {
        await parallel(us0, [0], { pool });
        const subscription = parallel$(task, [0], { pool }).subscribe();
        // Until the task has begun, which only a task that may be asked could say.
        await sleep(50);
        return timed(() => {
          subscription.unsubscribe();
          return parallel(us0, [0], { pool });
        });
      };
    const bare = workerpool.pool(fileURLToPath(new URL('./workers/workerpool.mjs', import.meta.url)), {
      maxWorkers: 1,
      workerType: kind === 'threads' ? 'thread' : 'process',
      workerTerminateTimeout: 100,
    });
    open.push(() => bare.terminate(true));
    variants[`a loop, ${kind} of workerpool`] = async () => {
      await bare.exec('us0', [0]);
      const running = bare.exec('endless', [0]);
      running.catch(() => undefined);
      await sleep(50);
      return timed(() => {
        running.cancel();
        return bare.exec('us0', [0]);
      });
    };
  }
  const result = await alternate(rounds, variants);
  for (const close of open) await close();
  return result;
}
