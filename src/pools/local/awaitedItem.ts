import type { Settlements } from '../pool.ts';
import { taskError } from '../shared/itemErrors.ts';
import { failedItem } from './failedItem.ts';
import type { RunningItem } from './pendingItem.ts';

/** The settlements of an item without a timeout whose task has returned a promise. It never rejects. */
export function awaitedItem(
  { job, position, task, slot, settled }: RunningItem,
  returned: PromiseLike<unknown>,
): Promise<Settlements<unknown>> {
  const failed = (error: unknown): Settlements<unknown> => {
    task.pending = undefined;
    settled();
    return failedItem(position, taskError(job, position, error));
  };
  const settlements = Promise.resolve(returned).then((value) => {
    task.pending = undefined;
    settled();
    try {
      return { from: position, values: [slot.handOver(value)] };
    } catch (error) {
      return failed(error);
    }
  }, failed);
  task.pending = settlements;
  return settlements;
}
