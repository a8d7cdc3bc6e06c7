import type { Clock } from '../../engine/Clock.ts';
import type { ParentLink } from '../../engine/Engine.ts';
import type { ToMachine } from '../protocol/messages.ts';
import type { Sealer } from '../protocol/Sealer.ts';

/** Milliseconds until a message that nobody has heard is said again. */
const AGAIN_MS = 100;

/** What a program says to its machines. A message that is lost on its way is said again in answer to the next beat. */
export class Control {
  private readonly link: ParentLink;
  private readonly sealer: Sealer;
  private readonly clock: Clock;
  private readonly forMs: number;
  private closed = false;

  /** @param forMs - How long a message is said again to a machine that does not listen. */
  constructor(link: ParentLink, sealer: Sealer, clock: Clock, forMs: number) {
    this.link = link;
    this.sealer = sealer;
    this.clock = clock;
    this.forMs = forMs;
  }

  /** Says something to a machine, which may be connecting again. */
  tell(channel: string, message: ToMachine): void {
    this.send(channel, this.sealer.seal(channel, message), this.clock.now() + this.forMs);
  }

  /** Says something to all machines. @returns How many listen; 0 where that is not known. */
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
        this.clock.after(AGAIN_MS, () => {
          this.send(channel, bytes, untilMs);
        });
      },
      () => undefined,
    );
  }
}
