import { isMainThread, parentPort } from 'node:worker_threads';
import workerpool from 'workerpool';
import { canCross } from '../tasks/canCross.ts';
import { encodeError } from '../tasks/encodeError.ts';
import { markWorker } from './insideWorker.ts';
import { pack, unpack } from './packing.ts';
import { REFUSED, type Refusal, type WorkerMethods } from './protocol.ts';
import { watchParent } from './watchParent.ts';
import { WorkerSide } from './WorkerSide.ts';

/** Answers the calls of a pool; runs inside the worker. */
export function serve(): void {
  const kind = isMainThread ? 'process' : 'thread';
  const crosses = canCross(kind);
  const side = new WorkerSide({
    encode: (thrown) => encodeError(thrown, crosses),
    printed: isMainThread ? () => undefined : printed,
    emit: (event, transfers) => {
      const sent = pack(kind, event);
      workerpool.workerEmit(transfers.length === 0 ? sent : new workerpool.Transfer(sent as object, [...transfers]));
    },
  });
  const methods: WorkerMethods = {
    boot: (request) => {
      if (kind === 'process') watchParent(request.parent);
      return side.boot(request);
    },
    open: (request) => side.open(request),
    forget: (runs) => {
      side.forget(runs);
    },
    batch: (request) => side.batch(request),
    pull: (request) => side.pull(request),
    stop: (batch) => side.stop(batch),
  };

  markWorker();
  if (kind === 'process') printAtOnce();
  process.on('exit', (exitCode) => {
    side.lastWords(exitCode);
  });
  process.on('uncaughtException', (error) => {
    side.lastWords(1, error);
    console.error(error);
    process.exit(1);
  });
  parentPort?.on('messageerror', refuse);
  const reading = Object.entries(methods).map(([name, method]) => [
    name,
    (sent: unknown) => {
      let request: unknown;
      try {
        request = unpack(kind, sent);
      } catch (error) {
        refuse(error);
        return new Promise(() => undefined);
      }
      return Promise.resolve((method as (request: unknown) => unknown)(request)).then((reply) => pack(kind, reply));
    },
  ]);
  workerpool.worker(Object.fromEntries(reading) as Parameters<typeof workerpool.worker>[0]);
}

/**
 * Makes a process wait until what it prints is read. Else what is still on its way when it exits is lost: most of a long
 * output, and the reason of a crash. Node offers no other way: https://nodejs.org/api/process.html#a-note-on-process-io
 */
function printAtOnce(): void {
  for (const stream of [process.stdout, process.stderr] as readonly Piped[]) stream._handle?.setBlocking?.(true);
}

interface Piped {
  readonly _handle?: { readonly setBlocking?: (blocking: boolean) => void };
}

/** Tells the other side not to wait for the answer to what cannot be read here. */
function refuse(reason: unknown): void {
  const refusal: Refusal = { [REFUSED]: (reason as Error).message };
  if (parentPort === null) process.send?.(refusal);
  else parentPort.postMessage(refusal);
}

/** A thread's output goes through the main thread, which does not wait for it when it ends. */
function printed(): Promise<void> | undefined {
  const busy = [process.stdout, process.stderr].filter(({ writableLength }) => writableLength > 0);
  if (busy.length === 0) return undefined;
  return Promise.all(busy.map((stream) => new Promise((resolve) => stream.write('', resolve)))).then(() => undefined);
}
