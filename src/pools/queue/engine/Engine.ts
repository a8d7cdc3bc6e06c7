import type { Observable } from 'rxjs';
import type { Clock } from './Clock.ts';

/** Where the programs and machines of one version meet. */
export interface Place {
  /** The name of the queue. */
  readonly queue: string;
  /** How the keys and channels begin. */
  readonly prefix: string;
}

/** A chunk of items, as it is put into the queue. */
export interface QueuedChunk {
  /** Its name, which no other chunk has had. */
  readonly id: string;
  /** The name of the task, for people. */
  readonly title: string;
  /** The indices of its first and last item. */
  readonly range: readonly [first: number, last: number];
  readonly bytes: Uint8Array;
  /** From 0, which goes first. */
  readonly priority: number;
}

/** How many chunks of all programs are in a queue. */
export interface QueueDepth {
  /** Those that no machine has taken. */
  readonly waiting: number;
  /** Those that machines have taken. */
  readonly active: number;
}

/** A stream of messages that its owner reads, and that is gone when its owner does not renew it. */
export interface OwnStream {
  /** @returns False if the stream is gone. */
  renew(ttlMs: number): Promise<boolean>;
  /** Adds a message. @returns False if the stream is gone. */
  append(bytes: Uint8Array): Promise<boolean>;
  /** Reads no more, and removes the stream. */
  close(): Promise<void>;
}

/** What a program uses of an engine. */
export interface ParentLink {
  /** Emits where the engine refuses this program for good, as with a wrong password. */
  readonly refused$: Observable<Error>;
  /** Adds a chunk to the queue. */
  submit(chunk: QueuedChunk): Promise<void>;
  /** Removes a chunk that no machine has taken; does nothing to others. */
  withdraw(id: string): Promise<void>;
  /** Those of some chunks that are in the queue no more, or are finished. */
  findMissing(ids: readonly string[]): Promise<readonly string[]>;
  /** Whether any machine takes chunks. */
  isServed(): Promise<boolean>;
  depth(): Promise<QueueDepth>;
  /** Whether an error may pass by itself, as that of a full memory. */
  mayPass(error: unknown): boolean;
  /** Makes a stream with one message, and calls for each that comes after it, in order. */
  openStream(key: string, first: Uint8Array, ttlMs: number, receive: (bytes: Uint8Array) => void): Promise<OwnStream>;
  /** @returns How many listen to the channel. */
  publish(channel: string, bytes: Uint8Array): Promise<number>;
  store(key: string, bytes: Uint8Array, ttlMs: number): Promise<void>;
  close(): Promise<void>;
}

/** A chunk that comes from the queue. */
export interface Delivery {
  readonly id: string;
  /** Undefined where they are gone. */
  readonly bytes: Uint8Array | undefined;
  /** Whether a machine has had it before, and may still run it. */
  readonly isRepeated: boolean;
}

/** How a machine takes chunks. */
export interface ConsumerOptions {
  /** How many chunks this machine holds at once. */
  readonly concurrency: number;
  /** Milliseconds after which a machine that does not renew the lock of a chunk has lost it. */
  readonly lockMs: number;
  /** Is called with each chunk, which leaves the queue when the promise resolves. */
  readonly handle: (delivery: Delivery) => Promise<void>;
  /** Is called with a chunk that another machine has lost, before it comes again. */
  readonly stalled: (id: string) => void;
  /** Is called with a chunk whose lock this machine has lost. */
  readonly unlocked: (id: string) => void;
}

/** Takes chunks from the queue. */
export interface Consumer {
  /** Takes no more; resolves when those it holds have been handled, or at once if `force` is true. */
  close(force: boolean): Promise<void>;
}

/** What a machine uses of an engine. */
export interface MachineLink {
  /** Rejects where the engine refuses this machine for good, as with a wrong password; stays pending else. */
  readonly refused: Promise<never>;
  /** Adds a message to the stream of a program. @returns False if the stream is gone. */
  append(key: string, bytes: Uint8Array): Promise<boolean>;
  /** Reads a stored value; undefined where it is gone. */
  load(key: string): Promise<Uint8Array | undefined>;
  /** Calls for each message of some channels. Resolves when it listens. */
  listen(channels: readonly string[], receive: (channel: string, bytes: Uint8Array) => void): Promise<void>;
  consume(options: ConsumerOptions): Promise<Consumer>;
  close(): Promise<void>;
}

/**
 * Carries chunks from programs to machines, and messages between them. It alone decides which machine holds a chunk, and
 * which has lost it.
 */
export interface Engine {
  readonly clock: Clock;
  openParent(place: Place): Promise<ParentLink>;
  openMachine(place: Place): Promise<MachineLink>;
}
