import { setImmediate } from '../../../../platform/time/timers.ts';
import { after } from '../../engine/after.ts';
import type { Clock } from '../../engine/Clock.ts';
import type { MachineLink } from '../../engine/Engine.ts';
import type { ToParent } from '../protocol/messages.ts';
import type { Sealer } from '../protocol/Sealer.ts';

/** The time after which a message that was refused is sent again, in milliseconds. */
const RETRY_MS = 100;

/** The messages to one program that have not been sent yet. */
interface Lane {
  messages: ToParent[] | undefined;
  sent: Promise<boolean>;
  resolve: (isSent: boolean) => void;
}

/**
 * Sends messages to programs: to each program in order, one entry at a time, and repeatedly until the entry is accepted. So
 * a program that has received a message has also received all earlier messages.
 */
export class MessageSender {
  private readonly link: MachineLink;
  private readonly sealer: Sealer;
  private readonly clock: Clock;
  private readonly isGone: (to: string) => void;
  private readonly repair: (message: ToParent, reason: unknown) => ToParent;
  private readonly lanes = new Map<string, Lane>();
  private closed = false;

  /**
   * @param isGone - Called when the stream of a program has expired: the program has ended.
   * @param repair - Replaces a message that cannot be sent by one that can.
   */
  constructor(
    link: MachineLink,
    sealer: Sealer,
    clock: Clock,
    isGone: (to: string) => void,
    repair: (message: ToParent, reason: unknown) => ToParent,
  ) {
    this.link = link;
    this.sealer = sealer;
    this.clock = clock;
    this.isGone = isGone;
    this.repair = repair;
  }

  /** Resolves to true when the message is accepted; to false if the program has ended, or this sender is closed. */
  send(to: string, message: ToParent): Promise<boolean> {
    let lane = this.lanes.get(to);
    if (lane === undefined) {
      lane = newLane();
      this.lanes.set(to, lane);
      const opened = lane;
      // Messages of one event-loop turn are sent together.
      setImmediate(() => void this.run(to, opened));
    } else if (lane.messages === undefined) Object.assign(lane, newLane());
    lane.messages?.push(message);
    return lane.sent;
  }

  /** Drops all further messages, and those that wait. */
  close(): void {
    this.closed = true;
  }

  private async run(to: string, lane: Lane): Promise<void> {
    while (lane.messages !== undefined) {
      const { messages, resolve } = lane;
      lane.messages = undefined;
      let isSent = true;
      for (const bytes of this.sealAll(to, messages)) isSent = await this.put(to, bytes);
      resolve(isSent);
      if (!isSent && !this.closed) this.isGone(to);
    }
    this.lanes.delete(to);
  }

  /** The bytes of all messages in one entry; or of one entry per message, if one of them cannot be sent. */
  private sealAll(to: string, messages: readonly ToParent[]): readonly Uint8Array[] {
    try {
      return [this.sealer.seal(to, messages)];
    } catch {
      return messages.map((message) => {
        try {
          return this.sealer.seal(to, [message]);
        } catch (reason) {
          return this.sealer.seal(to, [this.repair(message, reason)]);
        }
      });
    }
  }

  private async put(to: string, bytes: Uint8Array): Promise<boolean> {
    for (;;) {
      if (this.closed) return false;
      try {
        return await this.link.append(to, bytes);
      } catch {
        await after(this.clock, RETRY_MS).promise;
      }
    }
  }
}

function newLane(): Lane {
  let resolve: (isSent: boolean) => void = () => undefined;
  const sent = new Promise<boolean>((resolveSent) => {
    resolve = resolveSent;
  });
  return { messages: [], sent, resolve };
}
