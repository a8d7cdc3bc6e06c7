import type { Clock } from '../../engine/Clock.ts';
import type { ParentLink } from '../../engine/Engine.ts';
import type { ToMachine } from '../protocol/messages.ts';
import type { Sealer } from '../protocol/Sealer.ts';

/** The time after which a message that no machine received is sent again, in milliseconds. */
const RESEND_MS = 100;

/** Sends messages from a program to its machines. The answer to the next heartbeat repeats a message that was lost. */
export class Control {
  private readonly link: ParentLink;
  private readonly sealer: Sealer;
  private readonly clock: Clock;
  private readonly retryMs: number;
  private closed = false;

  /** @param retryMs - The time for which a message is sent again to a machine that does not listen. */
  constructor(link: ParentLink, sealer: Sealer, clock: Clock, retryMs: number) {
    this.link = link;
    this.sealer = sealer;
    this.clock = clock;
    this.retryMs = retryMs;
  }

  /** Sends a message to one machine. Tries again for some time, since the machine may be reconnecting. */
  tell(channel: string, message: ToMachine): void {
    this.send(channel, this.sealer.seal(channel, message), this.clock.now() + this.retryMs);
  }

  /** Sends a message to all machines. @returns the number of machines that listen; 0 if that is not known. */
  async ask(channel: string, message: ToMachine): Promise<number> {
    if (this.closed) return 0;
    return this.link.publish(channel, this.sealer.seal(channel, message)).catch(() => 0);
  }

  close(): void {
    this.closed = true;
  }

  private send(channel: string, bytes: Uint8Array, untilMs: number): void {
    if (this.closed) return;
    this.link.publish(channel, bytes).then(
      (listeners) => {
        if (listeners > 0 || this.clock.now() >= untilMs) return;
        this.clock.after(RESEND_MS, () => {
          this.send(channel, bytes, untilMs);
        });
      },
      () => undefined,
    );
  }
}
