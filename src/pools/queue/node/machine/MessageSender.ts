import { setImmediate } from '../../../../platform/time/timers.ts';
import { after } from '../../engine/after.ts';
import type { Clock } from '../../engine/Clock.ts';
import type { MachineLink } from '../../engine/Engine.ts';
import type { ToParent } from '../protocol/messages.ts';
import type { Sealer } from '../protocol/Sealer.ts';

/** The time after which a message that was refused is sent again, in milliseconds. */
const RETRY_MS = 100;

/** The maximum size of an entry of several messages: the program and the queue have all of an entry in memory at once. */
const MAX_BYTES = 4_000_000;
/** The maximum size of one message. Redis refuses 512 MiB, and closes the connection. */
const MAX_MESSAGE_BYTES = 500_000_000;

/** The messages to one program that have not been sent yet. */
interface Lane {
  messages: ToParent[] | undefined;
  /** The maximum size of one result, in bytes. */
  maxBytes: number;
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
  private readonly repair: (message: ToParent, maxBytes: number) => ToParent;
  private readonly lanes = new Map<string, Lane>();
  /** The number of messages that fit into one entry, by the size of the last ones. */
  private fitting = Infinity;
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
    repair: (message: ToParent, maxBytes: number) => ToParent,
  ) {
    this.link = link;
    this.sealer = sealer;
    this.clock = clock;
    this.isGone = isGone;
    this.repair = repair;
  }

  /**
   * Resolves to true when the message is accepted; to false if the program has ended, or this sender is closed.
   *
   * @param maxBytes - The maximum size of one result, in bytes: the same in all messages to a program.
   */
  send(to: string, message: ToParent, maxBytes = MAX_MESSAGE_BYTES): Promise<boolean> {
    let lane = this.lanes.get(to);
    if (lane === undefined) {
      lane = newLane();
      this.lanes.set(to, lane);
      const opened = lane;
      // Messages of one event-loop turn are sent together.
      setImmediate(() => void this.run(to, opened));
    } else if (lane.messages === undefined) Object.assign(lane, newLane());
    lane.messages?.push(message);
    lane.maxBytes = Math.min(lane.maxBytes, maxBytes);
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
      for (const bytes of this.entriesOf(to, messages, lane.maxBytes)) isSent = await this.put(to, bytes);
      resolve(isSent);
      if (!isSent && !this.closed) this.isGone(to);
    }
    this.lanes.delete(to);
  }

  /** As few entries as possible. Each is written when the one before has been sent, since together they may be large. */
  private *entriesOf(to: string, messages: readonly ToParent[], maxBytes: number): Generator<Uint8Array> {
    const max = Math.min(MAX_BYTES, maxBytes);
    for (let at = 0; at < messages.length;) {
      const some = messages.slice(at, at + this.fitting);
      const bytes = some.length === 1 ? this.sealOne(to, some, maxBytes) : this.sealSome(to, some, max);
      // Either one message cannot be sent, or all are too large for one entry: half of them are tried next.
      this.fitting = bytes === undefined ? Math.ceil(some.length / 2) : fittingOf(some.length, bytes.length, max);
      if (bytes === undefined) continue;
      at += some.length;
      yield bytes;
    }
  }

  /** The bytes of some messages in one entry; undefined if there are several, and they cannot be sent in one. */
  private sealSome(to: string, messages: readonly ToParent[], max: number): Uint8Array | undefined {
    try {
      return this.sealer.seal(to, messages, max);
    } catch {
      return undefined;
    }
  }

  private sealOne(to: string, messages: readonly ToParent[], maxBytes: number): Uint8Array {
    return (
      this.sealSome(to, messages, maxBytes) ??
      this.sealer.seal(
        to,
        messages.map((message) => this.repair(message, maxBytes)),
      )
    );
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

/** The number of messages of an entry of `max` bytes, if they are as large as those of an entry of `bytes`. */
function fittingOf(messages: number, bytes: number, max: number): number {
  return Math.max(1, Math.floor((max * messages) / bytes));
}

function newLane(): Lane {
  let resolve: (isSent: boolean) => void = () => undefined;
  const sent = new Promise<boolean>((resolveSent) => {
    resolve = resolveSent;
  });
  return { messages: [], maxBytes: MAX_MESSAGE_BYTES, sent, resolve };
}
