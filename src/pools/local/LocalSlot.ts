import { firstValueFrom, from, NEVER, race } from 'rxjs';
import { realTimer$ } from '../../util/rx/realTimer.ts';
import { TaskBinding } from './TaskBinding.ts';

/** A slot of this thread. */
export class LocalSlot extends TaskBinding {
  /** Resolves when a task that was told to stop has stopped, or its grace period is over; undefined without such a task. */
  leftover: Promise<void> | undefined;
  readonly graceMs: number;

  /**
   * @param graceMs - The time that a task which was told to stop keeps its slot, in milliseconds. Nothing can kill it.
   * @param handOver - Converts a value to the form in which a task or a run receives it.
   */
  constructor(graceMs: number, handOver: <T>(value: T) => T) {
    super(handOver);
    this.graceMs = graceMs;
  }

  /** Keeps the slot for a task that was told to stop. @param graceMs - For how long, if not for the time of the pool. */
  keep(pending: Promise<unknown>, graceMs = this.graceMs): void {
    const end$ = graceMs === Infinity ? NEVER : realTimer$(graceMs);
    this.leftover ??= firstValueFrom(race<unknown[]>(from(pending), end$), { defaultValue: 0 }).then(() => {
      this.leftover = undefined;
    });
  }
}
