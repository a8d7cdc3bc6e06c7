import { NEVER, type Observable } from 'rxjs';
import type { OwnStream, ParentLink, QueueDepth, QueuedChunk } from '../../pools/queue/engine/Engine.ts';
import type { MemoryBroker } from './MemoryBroker.ts';
import type { MemoryQueue } from './MemoryQueue.ts';

/** A program's link to a queue of this process. */
export class MemoryParent implements ParentLink {
  readonly refused$: Observable<Error> = NEVER;
  readonly reconnected$: Observable<unknown> = NEVER;
  private readonly broker: MemoryBroker;
  private readonly queue: MemoryQueue;

  constructor(broker: MemoryBroker, queue: MemoryQueue) {
    this.broker = broker;
    this.queue = queue;
  }

  submit(chunk: QueuedChunk): Promise<void> {
    this.queue.add(chunk);
    return Promise.resolve();
  }

  withdraw(id: string): Promise<void> {
    this.queue.remove(id);
    return Promise.resolve();
  }

  findMissing(ids: readonly string[]): Promise<readonly string[]> {
    return Promise.resolve(ids.filter((id) => !this.queue.has(id)));
  }

  isServed(): Promise<boolean> {
    return Promise.resolve(this.queue.isServed);
  }

  depth(): Promise<QueueDepth> {
    return Promise.resolve(this.queue.depth);
  }

  mayPass(): boolean {
    return false;
  }

  openStream(key: string, _first: Uint8Array, ttlMs: number, receive: (bytes: Uint8Array) => void): Promise<OwnStream> {
    const { broker } = this;
    broker.openStream(key, ttlMs, receive);
    return Promise.resolve({
      renew: (ms) => Promise.resolve(broker.renewStream(key, ms)),
      append: (bytes) => Promise.resolve(broker.append(key, bytes)),
      close: () => {
        broker.deleteStream(key);
        return Promise.resolve();
      },
    });
  }

  publish(channel: string, bytes: Uint8Array): Promise<number> {
    return Promise.resolve(this.broker.publish(channel, bytes));
  }

  store(key: string, bytes: Uint8Array, ttlMs: number): Promise<void> {
    this.broker.store(key, bytes, ttlMs);
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
