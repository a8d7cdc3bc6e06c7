import { runInRootContext } from '../../platform/context/asyncContext.ts';
import type { SlotQueue } from '../shared/SlotQueue.ts';
import type { WorkerSlot } from './WorkerSlot.ts';

/** Keeps a minimum number of workers of a pool alive, even if they are idle. */
export class WorkerReserve {
  private readonly min: number;
  private readonly slots: SlotQueue<WorkerSlot>;
  private readonly isOpen: () => boolean;

  /** @param isOpen - Whether workers may still be started. */
  constructor(min: number, slots: SlotQueue<WorkerSlot>, isOpen: () => boolean) {
    this.min = min;
    this.slots = slots;
    this.isOpen = isOpen;
  }

  /** Whether an idle worker can be released. */
  hasSpare(): boolean {
    return this.alive > this.min;
  }

  /** Starts workers until there are enough. If one does not boot, the next job that needs it gets the error. */
  fill(): void {
    if (this.min === 0 || !this.isOpen()) return;
    runInRootContext(() => {
      const taken: WorkerSlot[] = [];
      while (this.slots.all.length < this.min) {
        const slot = this.slots.takeFree();
        if (slot === undefined) break;
        taken.push(slot);
      }
      for (const slot of taken) this.slots.release(slot);
      for (const slot of this.slots.all) if (this.alive < this.min && !slot.isAlive) slot.warm();
    });
  }

  private get alive(): number {
    return this.slots.all.filter(({ isAlive }) => isAlive).length;
  }
}
