import { defer, from, lastValueFrom, race } from 'rxjs';
import { runInRootContext } from '../../platform/context/asyncContext.ts';
import { loadTask } from '../../tasks/module/loadTask.ts';
import type { AnyTask } from '../../tasks/Task.ts';
import { realTimer$ } from '../../util/rx/realTimer.ts';

/** Calls a teardown in this thread. Resolves when it has ended, or its time is over. Its error is printed, as in a worker. */
export async function tearDown(teardown: AnyTask, timeoutMs: number): Promise<void> {
  const torn$ = race<unknown[]>(
    defer(() => from(run(teardown))),
    realTimer$(timeoutMs),
  );
  await runInRootContext(() => lastValueFrom(torn$, { defaultValue: undefined }));
}

async function run({ live, origin }: AnyTask): Promise<void> {
  try {
    const loaded = live ?? (await loadTask(origin));
    await loaded();
  } catch (error) {
    console.error('the teardown of a pool threw:', error);
  }
}
