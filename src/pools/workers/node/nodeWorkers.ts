import { TaskLoadError } from '../../../tasks/errors/errors.ts';
import { messageOf } from '../../../util/messageOf.ts';
import type { WorkerKind } from '../../pool.ts';
import { isCloneable } from '../../wire/node/isCloneable.ts';
import { SCRIPT } from '../../worker-side/node/workerFile.ts';
import type { WorkerLauncher } from '../Transport.ts';
import { reasonIn } from './reasonIn.ts';
import { permissionAdvice } from './script/permissionAdvice.ts';
import { tsNodeHere } from './script/tsNodeHere.ts';
import { WorkerpoolTransport } from './WorkerpoolTransport.ts';
import { workersMissing } from './script/workerScript.ts';

const UNSUPPORTED = { worker: 'it is for browsers. A worker of Node imports the script that a task names' };

/** Starts threads or processes of Node. */
export function nodeWorkers(kind: WorkerKind): WorkerLauncher {
  const cannotStart = (reason: string, cause?: unknown): TaskLoadError =>
    new TaskLoadError(`a worker ${kind} cannot be started: ${reason}`, cause === undefined ? {} : { cause });

  return {
    kind,
    unsupported: UNSUPPORTED,
    script: SCRIPT,
    launch: (settings, listener) => {
      const missing = workersMissing();
      if (missing !== undefined) throw cannotStart(missing);
      try {
        return new WorkerpoolTransport(kind, settings, listener);
      } catch (cause) {
        throw cannotStart(`${messageOf(cause)}${permissionAdvice(cause)}`, cause);
      }
    },
    describeHost: () => ({ tsNode: tsNodeHere(), parent: process.pid }),
    isCloneable: isCloneable(kind),
    reasonIn,
  };
}
