import type { TaskStyle } from '../../../../tasks/Task.ts';
import type { WireError } from './wireError.ts';

// All that crosses between a program and its machines. Everything here survives a structured clone.

/** A chunk, for the machine that takes it. */
export interface ChunkMessage {
  /** Its name in the queue, so that bytes of another chunk cannot be put in its place. */
  readonly id: string;
  /** The stream of the program. */
  readonly from: string;
  /** The run that it belongs to. */
  readonly run: string;
  /** The name of the module, and of the export. */
  readonly module: string;
  readonly name: string;
  readonly style: TaskStyle;
  /** The hash of the stored arguments; undefined where there are none. */
  readonly args: string | undefined;
  readonly first: number;
  readonly attempt: number;
  readonly timeout: number | undefined;
  readonly items: readonly unknown[];
  /** How many bytes a message may have. */
  readonly maxBytes: number;
}

/** What a machine is, for people and for the concurrency of runs. */
export interface MachineState {
  readonly host: string;
  readonly pid: number;
  /** How many items it runs at once. */
  readonly threads: number;
  /** How many chunks it holds at once. */
  readonly capacity: number;
  /** How many chunks it holds now. */
  readonly running: number;
}

/** What a machine says of a chunk, in the order of `n`, which counts from 0. */
export interface Said {
  readonly id: string;
  /** The channel of the machine. */
  readonly by: string;
  readonly n: number;
}

/** The machine has taken the chunk. */
export interface StartMessage extends Said {
  readonly kind: 'start';
  readonly machine: MachineState;
}

/** A worker of the machine has it. */
export interface PlacedMessage extends Said {
  readonly kind: 'placed';
}

/** Items have settled, or a generator has yielded; as in {@link Settlements}. */
export interface SettledMessage extends Said {
  readonly kind: 'settled';
  readonly from: number;
  readonly values: readonly unknown[];
  readonly errors: readonly (readonly [at: number, error: WireError])[] | undefined;
  readonly yields: { readonly values: readonly unknown[]; readonly ended: boolean } | undefined;
}

/** All items have settled. */
export interface DoneMessage extends Said {
  readonly kind: 'done';
  readonly tookMs: number;
}

/** The whole run cannot go on. */
export interface FailMessage extends Said {
  readonly kind: 'fail';
  readonly error: WireError;
}

/** A chunk is lost: it will never settle. */
export interface LostMessage {
  readonly kind: 'lost';
  readonly id: string;
  readonly why: string;
}

/** All that a machine holds of a program, after all it has said of it. */
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

/** From a program to itself: these chunks have left the queue, and all that was said of them has come before. */
export interface MarkMessage {
  readonly kind: 'mark';
  readonly ids: readonly string[];
}

/** The messages about one chunk from the machine that runs it. */
export type ChunkReport = StartMessage | PlacedMessage | SettledMessage | DoneMessage | FailMessage;

/** All that comes to a program. */
export type ToParent = ChunkReport | LostMessage | BeatMessage | HereMessage | MarkMessage;

/** Asks for the machines of a queue. */
export interface HelloMessage {
  readonly kind: 'hello';
  readonly from: string;
}

/** All that goes to a machine beside chunks. */
export type ToMachine =
  | { readonly kind: 'stop'; readonly id: string }
  /** How many messages of yields may have been sent in all. */
  | { readonly kind: 'credit'; readonly id: string; readonly total: number }
  | { readonly kind: 'end'; readonly from: string; readonly run: string }
  | HelloMessage;

/** How many messages of yields a machine sends that are not answered. */
export const YIELD_WINDOW = 2;
