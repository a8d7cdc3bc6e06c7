import { TaskCloneError, TaskLoadError } from '../../../tasks/errors/errors.ts';
import { messageOf } from '../../../util/messageOf.ts';
import type { BootRequest } from '../../wire/messages.ts';
import { plainOrigin } from '../../wire/plainOrigin.ts';
import { checkLoaded } from './checkLoaded.ts';
import type { SlotSettings } from '../config/resolveSettings.ts';
import type { WorkerClient, WorkerExit } from '../WorkerClient.ts';
import { withTimeout } from './withTimeout.ts';

/**
 * Boots a worker and runs the initializer of its pool, if there is one.
 *
 * @returns the exit of the worker if it died meanwhile.
 * @throws TaskLoadError if the worker does not boot; TaskCloneError if `initArgs` cannot be sent.
 */
export async function bootWorker(worker: WorkerClient, settings: SlotSettings): Promise<WorkerExit | undefined> {
  const { initializer, initArgs, teardown, bootTimeoutMs, launcher } = settings;
  const { kind, script } = launcher;
  const request: BootRequest = {
    initializer: initializer && plainOrigin(initializer.origin),
    initArgs,
    teardown: teardown && plainOrigin(teardown.origin),
    ...launcher.describeHost(),
  };
  const answer = await withTimeout(worker.call('boot', request), bootTimeoutMs);
  if (answer === 'timeout')
    throw new TaskLoadError(
      `a worker ${kind} (${script})${initializer === undefined ? '' : ` and its initializer ${initializer.origin.name}`} did not boot within the bootTimeout of ${String(bootTimeoutMs)} ms`,
    );
  if (answer.kind === 'exit') return answer;
  checkLoaded(
    answer,
    (cause) => new TaskCloneError(`initArgs cannot be sent to a ${kind}: ${messageOf(cause)}`, { cause }),
    `a worker ${kind} could not boot, and its error cannot be read here`,
  );
  worker.hasBooted = true;
  return undefined;
}
