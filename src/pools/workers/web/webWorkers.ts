import { TaskLoadError } from '../../../tasks/errors/errors.ts';
import type { Script, WorkerLike } from '../../../tasks/script/Script.ts';
import type { WorkerKind } from '../../pool.ts';
import { isCloneable } from '../../wire/web/isCloneable.ts';
import type { WorkerLauncher } from '../Transport.ts';
import { explainRefusal } from './explainRefusal.ts';
import { startInline } from './startInline.ts';
import { WebTransport } from './WebTransport.ts';

const UNSUPPORTED = {
  env: 'a worker of a browser has no environment variables',
  execArgv: 'a worker of a browser has no flags',
  memoryMb: 'a browser does not limit the memory of a worker',
};

/**
 * Starts workers of a browser. A worker has one script: that of the tasks which it serves, or a common one, which runs inline
 * functions and modules.
 *
 * @param common - The common script, in place of that of this library.
 * @throws TypeError for processes, of which browsers have none.
 */
export function webWorkers(kind: WorkerKind, common?: Script): WorkerLauncher {
  if (kind === 'process') throw new TypeError('a browser has no processes: use threads');
  return {
    kind,
    unsupported: UNSUPPORTED,
    script: 'its script has to call serve(...) of rxjs-parallel/worker',
    scriptFor: ({ origin }) => (origin.kind === 'served' ? origin.script : undefined) ?? common,
    launch: (_settings, listener, script = common) => {
      const reason = workersMissing();
      if (reason !== undefined) throw new TaskLoadError(`a worker thread cannot be started: ${reason}`);
      let worker: Worker | Promise<Worker>;
      try {
        worker = script === undefined ? startInline() : fresh(script.start());
      } catch (cause) {
        throw new TaskLoadError(`a worker thread cannot be started: ${explainRefusal(cause)}`, { cause });
      }
      return new WebTransport(worker, listener);
    },
    describeHost: () => ({ tsNode: undefined, parent: 0 }),
    isCloneable,
  };
}

/** Why there can be no workers here, if so. */
export function workersMissing(): string | undefined {
  return typeof (globalThis as { Worker?: unknown }).Worker === 'function' ? undefined : 'there is no Worker here';
}

/** Workers that are used, or were. */
const started = new WeakSet<WorkerLike>();

/** Takes a worker that was made for this library, and for no other use of it. */
function fresh(worker: WorkerLike): Worker {
  if (typeof (worker as Partial<Worker> | undefined)?.addEventListener !== 'function')
    throw new TypeError('the function that starts a worker must return a new Worker');
  if (started.has(worker)) throw new TypeError('the function that starts a worker must make a new Worker at each call');
  started.add(worker);
  return worker as Worker;
}
