import type { CodedError } from '../../tasks/errors/CodedError.ts';

// The messages of single calls, which are separate from the other messages of a worker. They are flat arrays, since an
// object with fields would cost more than a small task. Everything here must survive a structured clone.

/**
 * Calls for a worker: the run whose task it has loaded, the number of the first call, the number of this attempt, and then the
 * index and the item of each call. The other calls have the numbers after the first.
 */
export type CallRequest = readonly [run: number, first: number, attempt: number, ...indicesAndItems: unknown[]];

/** Tells the task of a call to stop. */
export type StopRequest = readonly [kind: typeof STOP, call: number];

/** Asks a worker without shared memory for the calls from a number on that it has not begun. */
export type RecallRequest = readonly [kind: typeof RECALL, first: number];

/**
 * The answer to a call: its result if there is no kind, otherwise a value of that kind. A worker without shared memory adds how
 * long an ended call has run, in milliseconds.
 */
export type CallAnswer = readonly [call: number, value: unknown, kind?: AnswerKind, workedMs?: number];

/** The report of a worker that exits. */
export type CallExitReport = readonly [kind: typeof EXIT_REPORT, exitCode: number, uncaught: CodedError | undefined];

export const STOP = -1;
export const EXIT_REPORT = -2;
/** The first element of a message that calls from a number on cannot be read. The second element is that number. */
export const UNREADABLE_CALLS = -3;

export const RECALL = -4;

/** The kind of an answer that is no result. */
export type AnswerKind = (typeof ANSWER)[keyof typeof ANSWER];

export const ANSWER = {
  /** The task threw: the value is the encoded error. */
  threw: 1,
  /** The result cannot be sent: the value is the encoded error of that. */
  unsendable: 2,
  /**
   * The call was told to stop before it began, or was recalled. The value is the number of the last call of which the same is
   * true.
   */
  neverRan: 3,
  /** The value is an array of yields of a generator that goes on. */
  yields: 4,
  /** The generator has ended: the value is the array of its last yields. */
  ended: 5,
} as const;

/** Whether a call has failed: the value of its answer is the encoded error. */
export function isFailure(kind: AnswerKind | undefined): boolean {
  return kind === ANSWER.threw || kind === ANSWER.unsendable;
}
