import type { CodedError } from '../../tasks/errors/CodedError.ts';

// The messages of single calls, which go beside the other messages of a worker: flat arrays, since each field of an object
// costs a call more than a small task takes. Everything here must survive a structured clone.

/**
 * Calls for a worker: the run whose task it has ready, the number of the first call, which try this is of each, and then index
 * and item of each. The numbers of the others follow.
 */
export type CallRequest = readonly [run: number, first: number, attempt: number, ...indicesAndItems: unknown[]];

/** Tells the task of a call to stop. */
export type StopRequest = readonly [kind: typeof STOP, call: number];

/** The answer to a call: its result, or something else, of the kind that follows it. */
export type CallAnswer = readonly [call: number, value: unknown, kind?: AnswerKind];

/** The report of a worker that exits. */
export type CallExitReport = readonly [kind: typeof EXIT_REPORT, exitCode: number, uncaught: CodedError | undefined];

export const STOP = -1;
export const EXIT_REPORT = -2;
/** Says, before a number, that calls from that number on cannot be read. */
export const UNREADABLE_CALLS = -3;

/** What an answer is, if not a result. */
export type AnswerKind = (typeof ANSWER)[keyof typeof ANSWER];

export const ANSWER = {
  /** The task threw the value, which is encoded. */
  threw: 1,
  /** The result cannot be sent: the value is the encoded reason. */
  unsendable: 2,
  /** The call was told to stop before it began. */
  neverRan: 3,
  /** The value has some yields of a generator, which goes on. */
  yields: 4,
  /** The value has the last yields of a generator. */
  ended: 5,
} as const;
