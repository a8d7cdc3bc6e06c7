import { wrap } from 'comlink';
import { pool as openWorkerpool } from 'workerpool';
import { parallel, tasks, ThreadPool } from '../../dist/web/index.js';

/** The parts into which batches by hand divide a run. */
const BATCHES = 40;

export const scriptOf = (name) => new Worker(`./${name}.worker.js`, { type: 'module' });

/** Batches by hand, ours, and peers, each with so many workers that stay. Each runs a task of a name on all items. */
export function contenders(workers) {
  const pool = new ThreadPool({ workers, idleMs: Infinity });
  const ours = tasks(() => scriptOf('ours'));
  const raw = Array.from({ length: workers }, () => scriptOf('raw'));
  const linked = Array.from({ length: workers }, () => wrap(scriptOf('comlink')));
  const theirs = openWorkerpool('./workerpool.worker.js', {
    maxWorkers: workers,
    minWorkers: 'max',
    workerOpts: { type: 'module' },
  });

  return {
    'raw batches': (name, items) => byHand(raw, name, items),
    'rxjs-parallel': (name, items) => parallel(ours[name], items, { pool }),
    comlink: (name, items) => Promise.all(items.map((n, at) => linked[at % workers][name](n))),
    workerpool: (name, items) => Promise.all(items.map((n) => theirs.exec(name, [n]))),
  };
}

/** Each worker has one batch at a time. */
async function byHand(workers, name, items) {
  const size = Math.ceil(items.length / BATCHES);
  const results = [];
  let next = 0;
  await Promise.all(
    workers.map(async (worker) => {
      while (next < items.length) {
        const first = next;
        next += size;
        results[first / size] = await new Promise((resolve) => {
          worker.onmessage = ({ data }) => resolve(data);
          worker.postMessage({ name, items: items.slice(first, first + size) });
        });
      }
    }),
  );
  return results.flat();
}
