import type { Clock } from '../../pools/queue/engine/Clock.ts';
import type { Delivery, QueueDepth, QueuedChunk } from '../../pools/queue/engine/Engine.ts';
import { every } from '../../pools/queue/engine/every.ts';
import type { MemoryConsumer } from './MemoryConsumer.ts';

interface Entry {
  readonly chunk: QueuedChunk;
  bytes: Uint8Array | undefined;
  /** The machine that holds it, until when. */
  lock: { readonly owner: MemoryConsumer; untilMs: number } | undefined;
  /** Whether it is with a machine, which may have lost its lock. */
  isActive: boolean;
  /** How often it was delivered. */
  deliveries: number;
  /** Whether the last look found it without a lock. */
  isMarked: boolean;
}

/** Chunks, those of the lowest rank first, and the machines that hold them. */
export class MemoryQueue {
  private readonly clock: Clock;
  private readonly onWay: (id: string, deliver: () => void) => void;
  private readonly entries = new Map<string, Entry>();
  private readonly consumers = new Set<MemoryConsumer>();
  private stopLooking: (() => void) | undefined;

  /** @param onWay - Brings a chunk to a machine. */
  constructor(clock: Clock, onWay: (id: string, deliver: () => void) => void) {
    this.clock = clock;
    this.onWay = onWay;
  }

  get size(): number {
    return this.entries.size;
  }

  get isServed(): boolean {
    return [...this.consumers].some((consumer) => consumer.isConnected);
  }

  get depth(): QueueDepth {
    const active = [...this.entries.values()].filter(({ isActive }) => isActive).length;
    return { waiting: this.entries.size - active, active };
  }

  add(chunk: QueuedChunk): void {
    if (this.entries.has(chunk.id)) return;
    const { bytes } = chunk;
    const rest = { lock: undefined, isActive: false, deliveries: 0, isMarked: false };
    this.entries.set(chunk.id, { chunk, bytes, ...rest });
    this.offer();
  }

  /** Does nothing to a chunk that is locked. */
  remove(id: string): void {
    if (this.entries.get(id)?.lock === undefined) this.entries.delete(id);
  }

  has(id: string): boolean {
    return this.entries.has(id);
  }

  join(consumer: MemoryConsumer): void {
    this.consumers.add(consumer);
    this.stopLooking ??= every(this.clock, consumer.stalledMs, () => {
      this.lookForStalled();
    });
    this.offer();
  }

  leave(consumer: MemoryConsumer): void {
    this.consumers.delete(consumer);
    if (this.consumers.size > 0) return;
    this.stopLooking?.();
    this.stopLooking = undefined;
  }

  /** Gives waiting chunks to machines that have room, in turn. */
  offer(): void {
    for (;;) {
      const free = [...this.consumers].find((consumer) => consumer.hasRoom);
      const next = free === undefined ? undefined : this.next();
      if (free === undefined || next === undefined) return;
      // The next one goes to another machine, if that has room.
      this.consumers.delete(free);
      this.consumers.add(free);
      this.hand(next, free);
    }
  }

  /** @returns Whether the machine still has the lock. */
  renew(id: string, owner: MemoryConsumer): boolean {
    const entry = this.entries.get(id);
    if (entry?.lock?.owner !== owner) return false;
    entry.lock.untilMs = this.clock.now() + owner.lockMs;
    entry.isMarked = false;
    return true;
  }

  finish(id: string, owner: MemoryConsumer): void {
    if (this.entries.get(id)?.lock?.owner === owner) this.entries.delete(id);
  }

  loseLocks(): void {
    for (const entry of this.entries.values()) entry.lock = undefined;
  }

  clear(): void {
    this.entries.clear();
  }

  private next(): Entry | undefined {
    let found: Entry | undefined;
    for (const entry of this.entries.values())
      if (!entry.isActive && (found === undefined || entry.chunk.rank < found.chunk.rank)) found = entry;
    return found;
  }

  private hand(entry: Entry, owner: MemoryConsumer): void {
    const { id } = entry.chunk;
    entry.isActive = true;
    entry.deliveries += 1;
    entry.lock = { owner, untilMs: this.clock.now() + owner.lockMs };
    const delivery: Delivery = { id, bytes: entry.bytes, isRepeated: entry.deliveries > 1 };
    owner.reserve();
    let isFirst = true;
    this.onWay(id, () => {
      owner.take(delivery, isFirst);
      isFirst = false;
    });
  }

  /** As BullMQ does: the first look marks a chunk without a lock, the second gives it back. */
  private lookForStalled(): void {
    const now = this.clock.now();
    for (const [id, entry] of this.entries) {
      if (entry.lock !== undefined && entry.lock.untilMs <= now) entry.lock = undefined;
      if (!entry.isActive || entry.lock !== undefined) continue;
      if (!entry.isMarked) {
        entry.isMarked = true;
        continue;
      }
      entry.isActive = false;
      entry.isMarked = false;
      [...this.consumers].find((consumer) => consumer.isConnected)?.stalled(id);
    }
    this.offer();
  }
}
