import { defer, ReplaySubject, share, type Observable } from 'rxjs';
import { inRealTime } from '../../util/rx/inRealTime.ts';
import { TaskLoadError } from '../../tasks/errors/errors.ts';
import { loadTask } from '../../tasks/module/loadTask.ts';
import { withoutBuffers } from './withoutBuffers.ts';
import type { AnyTask } from '../../tasks/Task.ts';
import { runInRootContext } from '../../platform/context/asyncContext.ts';
import { inContext } from '../../util/rx/inContext.ts';
import { messageOf } from '../../util/messageOf.ts';

/** Runs an initializer once, on the first subscription, in the root async context: it belongs to no run. Emits at its end. */
export function initialized$(
  initializer: AnyTask,
  initArgs: readonly unknown[],
  bootTimeoutMs: number,
): Observable<unknown> {
  return defer(() => initialize(initializer, initArgs)).pipe(
    inRealTime(
      bootTimeoutMs,
      () => new TaskLoadError(`the initializer did not end within the bootTimeout of ${String(bootTimeoutMs)} ms`),
    ),
    inContext(runInRootContext),
    // Like `shareReplay`, except that its options would inherit a `scheduler` that a program has put on Object.prototype.
    share({
      connector: () => new ReplaySubject(1),
      resetOnError: true,
      resetOnComplete: false,
      resetOnRefCountZero: false,
    }),
    inContext(),
  );
}

async function initialize({ live, origin }: AnyTask, initArgs: readonly unknown[]): Promise<void> {
  const loaded = (live ?? (await loadTask(origin))) as (...args: readonly unknown[]) => unknown;
  try {
    await loaded(...withoutBuffers(initArgs));
  } catch (cause) {
    throw new TaskLoadError(`the initializer threw: ${messageOf(cause)}`, { cause });
  }
}
