import { isMainThread, parentPort } from 'node:worker_threads';
import workerpool from 'workerpool';
import { canCross } from '../tasks/canCross.ts';
import { encodeError } from '../tasks/encodeError.ts';
import { markWorker } from './insideWorker.ts';
import type { WorkerMethods } from './protocol.ts';
import { WorkerSide } from './WorkerSide.ts';

/** Answers the calls of a pool; runs inside the worker. */
export function serve(): void {
  const crosses = canCross(isMainThread ? 'process' : 'thread');
  const side = new WorkerSide({
    encode: (thrown) => encodeError(thrown, crosses),
    emit: (event, transfers) => {
      workerpool.workerEmit(transfers.length === 0 ? event : new workerpool.Transfer(event, [...transfers]));
    },
  });
  const methods: WorkerMethods = {
    boot: (request) => side.boot(request),
    open: (request) => side.open(request),
    forget: (runs) => {
      side.forget(runs);
    },
    batch: (request) => side.batch(request),
    pull: (request) => side.pull(request),
    stop: (batch) => side.stop(batch),
  };

  markWorker();
  process.on('exit', () => {
    side.lastWords();
  });
  process.on('uncaughtException', (error) => {
    side.lastWords(error);
    console.error(error);
    process.exit(1);
  });
  // What cannot be read here would be waited for without end over there.
  parentPort?.on('messageerror', () => process.exit(1));
  workerpool.worker({ ...methods });
}
