import type { Unreadable } from './LiveWorker.ts';
import type { Settled } from './protocol.ts';

/** The other end of an Outbox: has what could not be read sent again, value by value, and keeps the order. */
export class Inbox {
  private readonly singly: boolean;
  private readonly deliver: (event: Settled | Unreadable) => void;
  /** How many messages the request has brought. */
  private count = 0;
  /** Those from the first on that could not be read. */
  private held: (Settled | Unreadable)[] = [];

  /**
   * @param singly - Whether each message has one value, so that nothing is gained by asking for it again.
   * @param deliver - Is given all messages in order; of those that could not be read only ones with one value.
   */
  constructor(singly: boolean, deliver: (event: Settled | Unreadable) => void) {
    this.singly = singly;
    this.deliver = deliver;
  }

  hear(event: Settled | Unreadable): void {
    this.count += 1;
    if (this.held.length > 0 || (event.kind === 'unreadable' && !this.singly)) this.held.push(event);
    else this.deliver(event);
  }

  /**
   * Delivers what waits, when a request has been answered.
   *
   * @param repeat - Has the so-manieth message of the request sent again, and what it brings delivered; false if it cannot.
   */
  async catchUp(repeat: (message: number, reason: unknown) => Promise<boolean>): Promise<void> {
    const { count, held } = this;
    this.count = 0;
    this.held = [];

    for (const [at, event] of held.entries()) {
      if (event.kind === 'settled') this.deliver(event);
      else if (!(await repeat(count - held.length + at, event.reason))) return;
    }
  }
}
