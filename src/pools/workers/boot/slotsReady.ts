import { defer, finalize, from, mergeMap, range, type Observable } from 'rxjs';
import type { SlotQueue } from '../../shared/SlotQueue.ts';
import { readyWorker } from './readyWorker.ts';
import type { OpenedRun } from '../OpenTasks.ts';
import type { WorkerSlot } from '../WorkerSlot.ts';

/** Boots a worker in each slot and loads the task of a run. Holds each slot until all are ready: none comes twice. */
export function slotsReady$(slots: SlotQueue<WorkerSlot>, run: OpenedRun | undefined): Observable<unknown> {
  return defer(() => {
    const held: WorkerSlot[] = [];
    return range(0, slots.size).pipe(
      mergeMap(() => slots.acquire$()),
      mergeMap((slot) => {
        held.push(slot);
        slot.begin();
        return from(readyWorker(slot, run));
      }),
      finalize(() => {
        for (const slot of held) {
          slot.pause();
          slots.release(slot);
        }
      }),
    );
  });
}
