import type { Clock } from '../../pools/queue/engine/Clock.ts';
import { setImmediate } from '../../platform/time/timers.ts';
import type { Fate, MemoryMessage } from './Fate.ts';
import { MemoryQueue } from './MemoryQueue.ts';

interface Stream {
  untilMs: number;
  readonly receive: (bytes: Uint8Array) => void;
}

type Listener = (channel: string, bytes: Uint8Array) => void;

/** What Redis is for the real engine. */
export class MemoryBroker {
  readonly clock: Clock;
  private readonly fate: (message: MemoryMessage) => Fate | undefined;
  private readonly queues = new Map<string, MemoryQueue>();
  private readonly streams = new Map<string, Stream>();
  private readonly values = new Map<string, { readonly bytes: Uint8Array; readonly untilMs: number }>();
  private readonly listeners = new Map<string, Set<Listener>>();

  constructor(clock: Clock, fate: (message: MemoryMessage) => Fate | undefined) {
    this.clock = clock;
    this.fate = fate;
  }

  get contents(): { readonly streams: number; readonly values: number; readonly chunks: number } {
    const chunks = [...this.queues.values()].reduce((sum, queue) => sum + queue.size, 0);
    const streams = [...this.streams.keys()].filter((key) => this.live(key) !== undefined).length;
    return { streams, values: this.values.size, chunks };
  }

  queue(name: string): MemoryQueue {
    let queue = this.queues.get(name);
    if (queue === undefined) {
      queue = new MemoryQueue(this.clock, (id, deliver) => {
        this.send({ way: 'chunk', to: id }, deliver);
      });
      this.queues.set(name, queue);
    }
    return queue;
  }

  openStream(key: string, ttlMs: number, receive: (bytes: Uint8Array) => void): void {
    this.streams.set(key, { untilMs: this.clock.now() + ttlMs, receive });
  }

  renewStream(key: string, ttlMs: number): boolean {
    const stream = this.live(key);
    if (stream !== undefined) stream.untilMs = this.clock.now() + ttlMs;
    return stream !== undefined;
  }

  append(key: string, bytes: Uint8Array): boolean {
    const stream = this.live(key);
    if (stream === undefined) return false;
    this.send({ way: 'results', to: key }, () => {
      if (this.streams.get(key) === stream) stream.receive(bytes);
    });
    return true;
  }

  deleteStream(key: string): void {
    this.streams.delete(key);
  }

  store(key: string, bytes: Uint8Array, ttlMs: number): void {
    this.values.set(key, { bytes, untilMs: this.clock.now() + ttlMs });
  }

  load(key: string): Uint8Array | undefined {
    const value = this.values.get(key);
    return value !== undefined && value.untilMs > this.clock.now() ? value.bytes : undefined;
  }

  /** @returns What ends it. */
  listen(channel: string, listener: Listener): () => void {
    const listeners = this.listeners.get(channel) ?? new Set();
    this.listeners.set(channel, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.listeners.delete(channel);
    };
  }

  publish(channel: string, bytes: Uint8Array): number {
    const listeners = [...(this.listeners.get(channel) ?? [])];
    for (const listener of listeners)
      this.send({ way: 'control', to: channel }, () => {
        listener(channel, bytes);
      });
    return listeners.length;
  }

  loseLocks(): void {
    for (const queue of this.queues.values()) queue.loseLocks();
  }

  forgetAll(): void {
    this.streams.clear();
    this.values.clear();
    for (const queue of this.queues.values()) queue.clear();
  }

  private live(key: string): Stream | undefined {
    const stream = this.streams.get(key);
    if (stream === undefined || stream.untilMs > this.clock.now()) return stream;
    this.streams.delete(key);
    return undefined;
  }

  private send(message: MemoryMessage, deliver: () => void): void {
    const { copies = 1, delayMs = 0 } = this.fate(message) ?? {};
    for (let copy = 0; copy < copies; copy += 1)
      if (delayMs > 0) this.clock.after(delayMs, deliver);
      else setImmediate(deliver);
  }
}
