import type { TaskStyle } from '../../../../tasks/Task.ts';
import type { WireError } from './wireError.ts';

// The messages between a program and its machines. Everything here survives a structured clone.

/** A chunk, for the machine that takes it. */
export interface ChunkMessage {
  /** The name of the chunk in the queue. It reveals bytes of another chunk that were put under the name of this one. */
  readonly id: string;
  /** The stream of the program, for the answers. */
  readonly from: string;
  /** The run of the chunk. */
  readonly run: string;
  /** The name of the module, and of the export. */
  readonly module: string;
  readonly name: string;
  readonly style: TaskStyle;
  /** The hash of the stored arguments; undefined if there are none. */
  readonly args: string | undefined;
  readonly first: number;
  /** The index of each item, where they are not consecutive. */
  readonly indices: readonly number[] | undefined;
  readonly attempt: number;
  readonly timeout: number | undefined;
  readonly graceMs: number | undefined;
  readonly items: readonly unknown[];
  /** The maximum size of a message, in bytes. */
  readonly maxBytes: number;
}

/** The state of a machine, for display and for the concurrency of runs. */
export interface MachineState {
  readonly host: string;
  readonly pid: number;
  /** The number of items that it runs at once. */
  readonly threads: number;
  /** The maximum number of chunks that it holds at once. */
  readonly capacity: number;
  /** The number of chunks that it holds now. */
  readonly running: number;
}

/** The common part of all reports about a chunk. Reports are numbered: `n` counts from 0. */
export interface ReportHeader {
  readonly id: string;
  /** The channel of the machine. */
  readonly by: string;
  readonly n: number;
}

/** The machine has taken the chunk. */
export interface StartMessage extends ReportHeader {
  readonly kind: 'start';
  /** Undefined if the program was told of it a moment ago. */
  readonly machine: MachineState | undefined;
}

/** A worker of the machine has received the chunk. */
export interface PlacedMessage extends ReportHeader {
  readonly kind: 'placed';
}

/** Items have settled, or a generator has yielded. The fields are those of {@link Settlements}. */
export interface SettledMessage extends ReportHeader {
  readonly kind: 'settled';
  readonly from: number;
  readonly values: readonly unknown[];
  readonly errors: readonly (readonly [at: number, error: WireError])[] | undefined;
  readonly yields: { readonly values: readonly unknown[]; readonly ended: boolean } | undefined;
}

/** All items have settled. */
export interface DoneMessage extends ReportHeader {
  readonly kind: 'done';
  readonly tookMs: number;
}

/** The whole run cannot go on. */
export interface FailMessage extends ReportHeader {
  readonly kind: 'fail';
  readonly error: WireError;
}

/** A chunk is lost: it will never settle. */
export interface LostMessage {
  readonly kind: 'lost';
  readonly id: string;
  readonly why: string;
}

/** A heartbeat: all chunks and runs of a program that a machine holds. It is sent after all reports about them. */
export interface BeatMessage {
  readonly kind: 'beat';
  readonly by: string;
  readonly chunks: readonly (readonly [id: string, n: number, credit: number])[];
  readonly runs: readonly string[];
  readonly machine: MachineState;
}

/** The answer of a machine to a {@link HelloMessage}. */
export interface HereMessage {
  readonly kind: 'here';
  readonly by: string;
  readonly machine: MachineState;
}

/** From a program to itself: these chunks have left the queue. All reports about them have come before this message. */
export interface MarkMessage {
  readonly kind: 'mark';
  readonly ids: readonly string[];
}

/** The messages about one chunk from the machine that runs it. */
export type ChunkReport = StartMessage | PlacedMessage | SettledMessage | DoneMessage | FailMessage;

/** The messages to a program. */
export type ToParent = ChunkReport | LostMessage | BeatMessage | HereMessage | MarkMessage;

/** Asks all machines of a queue to answer with a {@link HereMessage}. */
export interface HelloMessage {
  readonly kind: 'hello';
  readonly from: string;
}

/** The messages to a machine, except chunks. */
export type ToMachine =
  | { readonly kind: 'stop'; readonly id: string }
  /** Sets the total number of messages with yields that the machine may send. */
  | { readonly kind: 'credit'; readonly id: string; readonly total: number }
  | { readonly kind: 'end'; readonly from: string; readonly run: string }
  | HelloMessage;

/** The number of messages with yields that a machine may send before the program has answered the first of them. */
export const YIELD_WINDOW = 2;
