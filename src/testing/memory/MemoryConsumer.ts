import type { Clock } from '../../pools/queue/engine/Clock.ts';
import type { Consumer, ConsumerOptions, Delivery } from '../../pools/queue/engine/Engine.ts';
import { every } from '../../pools/queue/engine/every.ts';
import type { MemoryQueue } from './MemoryQueue.ts';

const MAX_STALLED_MS = 1000;

/** A machine at a queue. */
export class MemoryConsumer implements Consumer {
  private readonly queue: MemoryQueue;
  private readonly options: ConsumerOptions;
  private readonly isCut: () => boolean;
  private readonly stopRenewing: () => void;
  private readonly held = new Set<string>();
  /** Chunks that are on their way, or held. */
  private places = 0;
  private isClosing = false;
  private onEmpty = (): void => undefined;

  constructor(queue: MemoryQueue, clock: Clock, options: ConsumerOptions, isCut: () => boolean) {
    this.queue = queue;
    this.options = options;
    this.isCut = isCut;
    this.stopRenewing = every(clock, options.lockMs / 2, () => {
      this.renew();
    });
  }

  get lockMs(): number {
    return this.options.lockMs;
  }

  /** How often stalled chunks are looked for. */
  get stalledMs(): number {
    return Math.min(MAX_STALLED_MS, this.options.lockMs / 2);
  }

  get isConnected(): boolean {
    return !this.isCut();
  }

  get hasRoom(): boolean {
    return !this.isClosing && !this.isCut() && this.places < this.options.concurrency;
  }

  /** A chunk is on its way. */
  reserve(): void {
    this.places += 1;
  }

  /** @param isFirst - Whether the place is reserved for it: it may come twice. */
  take(delivery: Delivery, isFirst: boolean): void {
    const { id } = delivery;
    this.held.add(id);
    const end = (): void => {
      if (isFirst) this.places -= 1;
      this.held.delete(id);
      if (!this.isCut()) this.queue.finish(id, this);
      this.queue.offer();
      if (this.places === 0) this.onEmpty();
    };
    void this.options.handle(delivery).then(end, end);
  }

  stalled(id: string): void {
    this.options.stalled(id);
  }

  async close(force: boolean): Promise<void> {
    this.isClosing = true;
    if (!force && this.places > 0)
      await new Promise<void>((resolve) => {
        this.onEmpty = resolve;
      });
    this.stopRenewing();
    this.queue.leave(this);
  }

  private renew(): void {
    if (this.isCut()) return;
    for (const id of this.held) if (!this.queue.renew(id, this)) this.options.unlocked(id);
  }
}
