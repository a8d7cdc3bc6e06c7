import { Worker } from 'node:worker_threads';
import { alternate, timed } from './alternate.mjs';
import { contenders } from './contenders.mjs';

/** Milliseconds to the first result of a pool that has just been made, and of one that has been used. */
export async function startup({ rounds }) {
  const cold = { 'bare new Worker': () => timed(bareWorker) };
  const warm = {};
  const open = [];
  for (const [name, make] of Object.entries(contenders)) {
    if (name === 'plain loop') continue;
    cold[name] = async () => {
      let contender;
      const ms = await timed(() => {
        contender = make(1);
        return contender.map('us0', [1]);
      });
      await contender.close();
      return ms;
    };
    const contender = make(2);
    await contender.map(
      'us0',
      Array.from({ length: 1000 }, (_, n) => n),
    );
    open.push(contender);
    warm[name] = () => timed(() => contender.map('us0', [1]));
  }
  const result = { cold: await alternate(rounds, cold), warm: await alternate(rounds * 5, warm) };
  for (const contender of open) await contender.close();
  return result;
}

function bareWorker() {
  return new Promise((resolve) => {
    const worker = new Worker("require('node:worker_threads').parentPort.postMessage(1)", { eval: true });
    worker.once('message', () => {
      resolve(worker.terminate());
    });
  });
}
