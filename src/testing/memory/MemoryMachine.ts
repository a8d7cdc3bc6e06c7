import type { Consumer, ConsumerOptions, MachineLink } from '../../pools/queue/engine/Engine.ts';
import type { MemoryBroker } from './MemoryBroker.ts';
import { MemoryConsumer } from './MemoryConsumer.ts';
import type { MemoryQueue } from './MemoryQueue.ts';

/** A machine's link to a queue of this process, which can be cut. */
export class MemoryMachine implements MachineLink {
  readonly refused = new Promise<never>(() => undefined);
  private readonly broker: MemoryBroker;
  private readonly queue: MemoryQueue;
  private readonly ends: (() => void)[] = [];
  /** Calls that go on when it is connected again. */
  private waiting: (() => void)[] = [];
  private isCut = false;

  constructor(broker: MemoryBroker, queue: MemoryQueue) {
    this.broker = broker;
    this.queue = queue;
  }

  setCut(isCut: boolean): void {
    this.isCut = isCut;
    if (isCut) return;
    for (const goOn of this.waiting.splice(0)) goOn();
    this.queue.offer();
  }

  async append(key: string, bytes: Uint8Array): Promise<boolean> {
    await this.connected();
    return this.broker.append(key, bytes);
  }

  async load(key: string): Promise<Uint8Array | undefined> {
    await this.connected();
    return this.broker.load(key);
  }

  async listen(channels: readonly string[], receive: (channel: string, bytes: Uint8Array) => void): Promise<void> {
    await this.connected();
    for (const channel of channels)
      this.ends.push(
        this.broker.listen(channel, (of, bytes) => {
          if (!this.isCut) receive(of, bytes);
        }),
      );
  }

  async consume(options: ConsumerOptions): Promise<Consumer> {
    await this.connected();
    const consumer = new MemoryConsumer(this.queue, this.broker.clock, options, () => this.isCut);
    this.queue.join(consumer);
    return consumer;
  }

  close(): Promise<void> {
    for (const end of this.ends.splice(0)) end();
    return Promise.resolve();
  }

  private async connected(): Promise<void> {
    while (this.isCut)
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
      });
  }
}
