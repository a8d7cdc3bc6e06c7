import { firstValueFrom, from, race } from 'rxjs';
import { realTimer$ } from '../../util/rx/realTimer.ts';
import { TaskBinding } from './TaskBinding.ts';

/** A slot of this thread. */
export class LocalSlot extends TaskBinding {
  /** Resolves when a task that was told to stop has stopped, or has had its time; undefined where there is none. */
  leftover: Promise<void> | undefined;
  private readonly graceMs: number;

  /**
   * @param graceMs - How long a task that was told to stop keeps its slot, since nothing here can end it.
   * @param handOver - How values are handed over.
   */
  constructor(graceMs: number, handOver: <T>(value: T) => T) {
    super(handOver);
    this.graceMs = graceMs;
  }

  /** Keeps the slot for a task that was told to stop. */
  keep(pending: Promise<unknown>): void {
    this.leftover ??= firstValueFrom(race<unknown[]>(from(pending), realTimer$(this.graceMs)), {
      defaultValue: 0,
    }).then(() => {
      this.leftover = undefined;
    });
  }
}
