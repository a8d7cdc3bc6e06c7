import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Worker } from 'node:worker_threads';

/** Calls back for each thread and process that this process starts, with a way to end it from outside. Returns how to stop that. */
export function onWorkerStart(
  started: (worker: Worker | ChildProcess, kill: (signal: NodeJS.Signals) => void) => void,
): () => void {
  const onProcess = (message: unknown): void => {
    const { process: child } = message as { process: ChildProcess };
    started(child, (signal) => child.kill(signal));
  };
  const onThread = (worker: Worker): void => {
    started(worker, () => void worker.terminate());
  };
  subscribe('child_process', onProcess);
  process.on('worker', onThread);
  return () => {
    unsubscribe('child_process', onProcess);
    process.off('worker', onThread);
  };
}
