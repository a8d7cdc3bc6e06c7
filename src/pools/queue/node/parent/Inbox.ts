import { Subscription } from 'rxjs';
import type { Clock } from '../../engine/Clock.ts';
import { every } from '../../engine/every.ts';
import type { OwnStream, ParentLink, QueueNames } from '../../engine/Engine.ts';
import type { MarkMessage, ToParent } from '../protocol/messages.ts';
import { newName, streamOf } from '../protocol/names.ts';
import type { Sealer } from '../protocol/Sealer.ts';

/** The number of renewals in the lifetime of the stream. */
const RENEWALS = 4;

export interface InboxEvents {
  /** @param bytes - The size of the message if it has results, on average over those that have come with it. */
  readonly received: (message: ToParent, bytes: number) => void;
  /** The stream had expired, and a new stream replaces it. Messages of machines may be lost. */
  readonly replaced: () => void;
}

/**
 * The stream in which machines answer. Its expiry tells machines that their program has ended. Each name is used once: the
 * stream that replaces an expired stream has another name.
 */
export class Inbox {
  private readonly link: ParentLink;
  private readonly names: QueueNames;
  private readonly sealer: Sealer;
  private readonly clock: Clock;
  private readonly ttlMs: number;
  private readonly events: InboxEvents;
  private own: { readonly name: string; readonly key: string; readonly stream: OwnStream } | undefined;
  private renewals = Subscription.EMPTY;
  private isRenewing = false;
  private closed = false;

  constructor(link: ParentLink, names: QueueNames, sealer: Sealer, clock: Clock, ttlMs: number, events: InboxEvents) {
    this.link = link;
    this.names = names;
    this.sealer = sealer;
    this.clock = clock;
    this.ttlMs = ttlMs;
    this.events = events;
  }

  /** The name of the stream. The names of all chunks to answer there begin with it. */
  get name(): string {
    return this.own?.name ?? '';
  }

  get key(): string {
    return this.own?.key ?? '';
  }

  async open(): Promise<void> {
    await this.make();
    // A program that does not wait for this any longer has closed it.
    if (this.closed) return;
    const renew = (): void => void this.renew();
    // A server that comes back may have lost the stream.
    this.renewals = this.link.reconnected$.subscribe({ next: renew, error: renew });
    this.renewals.add(every(this.clock, this.ttlMs / RENEWALS, renew));
  }

  /**
   * Adds a message of this program to its own stream, behind all messages that have come so far. Replaces the stream if it is
   * gone.
   */
  async mark(message: MarkMessage): Promise<void> {
    const isThere = await this.own?.stream.append(this.sealer.seal(this.key, [message]));
    if (isThere === false) await this.renew();
  }

  async close(): Promise<void> {
    this.closed = true;
    this.renewals.unsubscribe();
    await this.own?.stream.close();
  }

  private async make(): Promise<void> {
    const name = newName();
    const key = streamOf(this.names, name);
    const stream = await this.link.openStream(key, this.sealer.seal(key, []), this.ttlMs, (bytes) => {
      if (!this.closed && this.own?.key === key) this.receive(key, bytes);
    });
    const previous = this.own?.stream;
    this.own = { name, key, stream };
    void previous?.close();
    if (this.closed) await stream.close();
  }

  private async renew(): Promise<void> {
    if (this.isRenewing || this.closed) return;
    this.isRenewing = true;
    try {
      if ((await this.own?.stream.renew(this.ttlMs)) === false && !this.stopped()) {
        await this.make();
        this.events.replaced();
      }
    } catch {
      // The next renewal tries again.
    } finally {
      this.isRenewing = false;
    }
  }

  private stopped(): boolean {
    return this.closed;
  }

  private receive(key: string, bytes: Uint8Array): void {
    let messages: readonly ToParent[];
    try {
      messages = this.sealer.open(key, bytes) as readonly ToParent[];
    } catch {
      // A message that cannot be read, or is not signed with the secret, comes from no machine of this program.
      return;
    }
    const settled = messages.reduce((count, { kind }) => count + (kind === 'settled' ? 1 : 0), 0);
    for (const message of messages) this.events.received(message, bytes.length / settled);
  }
}
