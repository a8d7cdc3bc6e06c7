import type { Observable } from 'rxjs';
import type { Clock } from './Clock.ts';

/** The name of the queue, and the prefix of its keys and channels, by which programs and machines of one version meet. */
export interface QueueNames {
  /** The name of the queue. */
  readonly queue: string;
  /** The beginning of all keys and channels. */
  readonly prefix: string;
}

/** A chunk of items to add to the queue. */
export interface QueuedChunk {
  /** The name of the chunk. No other chunk ever has it. */
  readonly id: string;
  /** The name of the task, for dashboards. */
  readonly title: string;
  /** The indices of its first and last item. */
  readonly range: readonly [first: number, last: number];
  readonly bytes: Uint8Array;
  /** The rank: chunks with the lowest number go first, and chunks of one rank in the order in which they came. */
  readonly rank: number;
}

/** The number of chunks of all programs in a queue. */
export interface QueueDepth {
  /** The chunks that no machine has taken. */
  readonly waiting: number;
  /** The chunks that machines have taken. */
  readonly active: number;
}

/** A stream of messages that its owner reads. It expires if its owner does not renew it. */
export interface OwnStream {
  /** Extends the expiry. @returns false if the stream has expired. */
  renew(ttlMs: number): Promise<boolean>;
  /** Adds a message. @returns false if the stream has expired. */
  append(bytes: Uint8Array): Promise<boolean>;
  /** Stops reading, and removes the stream. */
  close(): Promise<void>;
}

/** The part of an engine that a program uses. */
export interface ParentLink {
  /** Emits when the engine refuses this program for good, as for a wrong password. */
  readonly refused$: Observable<Error>;
  /** Emits when there is a connection again. The engine may have lost everything meanwhile. */
  readonly reconnected$: Observable<unknown>;
  /** Adds a chunk to the queue. */
  submit(chunk: QueuedChunk): Promise<void>;
  /** Removes a chunk that no machine has taken. Does nothing to other chunks. @param bytes - The size of its items. */
  withdraw(id: string, bytes: number): Promise<void>;
  /** Returns those of some chunks that are no longer in the queue, or are finished. */
  findMissing(ids: readonly string[]): Promise<readonly string[]>;
  /** Whether any machine takes chunks. */
  isServed(): Promise<boolean>;
  depth(): Promise<QueueDepth>;
  /** Whether an error is temporary, such as that of a full memory. */
  mayPass(error: unknown): boolean;
  /** Makes a stream with one message, and calls `receive` for each later message, in order. */
  openStream(key: string, first: Uint8Array, ttlMs: number, receive: (bytes: Uint8Array) => void): Promise<OwnStream>;
  /** Sends a message to a channel. @returns the number of listeners that received it. */
  publish(channel: string, bytes: Uint8Array): Promise<number>;
  store(key: string, bytes: Uint8Array, ttlMs: number): Promise<void>;
  close(): Promise<void>;
}

/** A chunk that a machine has taken from the queue. */
export interface Delivery {
  readonly id: string;
  /** The bytes of the chunk; undefined if they have expired. */
  readonly bytes: Uint8Array | undefined;
  /** Whether a machine has taken it before. That machine may still run it. */
  readonly isRepeated: boolean;
}

/** The way in which a machine takes chunks. */
export interface ConsumerOptions {
  /** The maximum number of chunks that this machine holds at once. */
  readonly concurrency: number;
  /** The time after which a machine loses a chunk if it does not renew its lock, in milliseconds. */
  readonly lockMs: number;
  /** Called with each chunk. The chunk leaves the queue when the promise resolves. */
  readonly handle: (delivery: Delivery) => Promise<void>;
  /** Called with a chunk that another machine has lost, before that chunk is delivered again. */
  readonly stalled: (id: string) => void;
  /** Called with a chunk whose lock this machine has lost. */
  readonly unlocked: (id: string) => void;
}

/** Takes chunks from the queue. */
export interface Consumer {
  /** Takes no more chunks. Resolves when its chunks have been handled, or at once if `force` is true. */
  close(force: boolean): Promise<void>;
}

/** The part of an engine that a machine uses. */
export interface MachineLink {
  /** Rejects when the engine refuses this machine for good, as for a wrong password. Otherwise it stays pending. */
  readonly refused: Promise<never>;
  /** Adds a message to the stream of a program. @returns false if the stream has expired. */
  append(key: string, bytes: Uint8Array): Promise<boolean>;
  /** Reads a stored value; undefined if it has expired. */
  load(key: string): Promise<Uint8Array | undefined>;
  /** Calls `receive` for each message of some channels. Resolves when it listens to them. */
  listen(channels: readonly string[], receive: (channel: string, bytes: Uint8Array) => void): Promise<void>;
  consume(options: ConsumerOptions): Promise<Consumer>;
  close(): Promise<void>;
}

/**
 * Carries chunks from programs to machines, and messages between them. Only the engine decides which machine holds a chunk,
 * and when a machine has lost one.
 */
export interface Engine {
  readonly clock: Clock;
  openParent(names: QueueNames): Promise<ParentLink>;
  openMachine(names: QueueNames): Promise<MachineLink>;
}
