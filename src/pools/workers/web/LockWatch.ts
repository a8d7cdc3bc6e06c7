import { newAbortController } from '../../../platform/realms/newAbortController.ts';
import { clearTimeout, setTimeout, type Timer } from '../../../platform/time/timers.ts';

/** Milliseconds after which a worker that has asked for its lock has it, or is dead. */
const LATEST_MS = 1000;
/** Milliseconds for messages of a worker that are on their way when its lock is free. */
const LAST_MESSAGES_MS = 20;

/** Sees the death of a worker, of which browsers tell nothing, by a lock that the worker holds. */
export class LockWatch {
  private readonly onDeath: () => void;
  private readonly controller = newAbortController();
  private name: string | undefined;
  private timer: Timer | undefined;

  constructor(onDeath: () => void) {
    this.onDeath = onDeath;
  }

  /** The worker asks for a lock of this name. It may die before it has the lock. */
  expect(name: string | undefined): void {
    this.name = name;
    if (name === undefined) return;
    this.timer = setTimeout(() => {
      this.begin();
    }, LATEST_MS);
  }

  /** The worker has the lock: when this side gets it, the worker is dead. */
  begin(): void {
    const { name } = this;
    clearTimeout(this.timer);
    this.name = undefined;
    const { locks } = navigator as Partial<Navigator>;
    if (name === undefined || locks === undefined) return;
    const got = locks.request(name, { signal: this.controller.signal }, () => {
      this.timer = setTimeout(this.onDeath, LAST_MESSAGES_MS);
    });
    got.catch(() => undefined);
  }

  stop(): void {
    this.name = undefined;
    clearTimeout(this.timer);
    this.controller.abort();
  }
}
