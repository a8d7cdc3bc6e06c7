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
    printed: isMainThread ? () => undefined : printed,
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

/** A thread's output goes through the main thread, which does not wait for it when it ends. */
function printed(): Promise<void> | undefined {
  const busy = [process.stdout, process.stderr].filter(({ writableLength }) => writableLength > 0);
  if (busy.length === 0) return undefined;
  return Promise.all(busy.map((stream) => new Promise((resolve) => stream.write('', resolve)))).then(() => undefined);
}
