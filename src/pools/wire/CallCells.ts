import { nowMs } from '../../platform/time/nowMs.ts';

/** How many calls a worker may have that it has not looked at: their numbers are used again after so many. */
export const CALL_CELLS = 256;

const SENT = 0;
const BEGUN = 1;
const TAKEN_BACK = 2;
const DONE = 3;

/** Positions among the integers, behind the states of the calls. */
const SEEN = CALL_CELLS;
const COUNT = CALL_CELLS + 1;
const INTEGERS = CALL_CELLS + 8;

/** Positions among the floats. */
const BUSY = 0;
const BEGUN_AT = 1;
const FLOATS = 8;

// Taken when the worker loads, since a task may replace them.
const { compareExchange, load, store } = Atomics;

/**
 * Memory that a pool shares with one of its threads: how far each call is. A call that both sides want, the worker to begin it
 * and the pool to take it back, goes to the first of them, whatever the other is doing.
 */
export class CallCells {
  readonly memory: SharedArrayBuffer;
  private readonly integers: Int32Array;
  private readonly floats: Float64Array;
  private readonly originMs: number;

  /**
   * @param originMs - What a clock that both sides have in common showed when that of this side showed 0.
   * @param memory - That of the other side; left out where it is to be made.
   */
  constructor(originMs: number, memory = new SharedArrayBuffer(4 * INTEGERS + 8 * FLOATS)) {
    this.originMs = originMs;
    this.memory = memory;
    this.integers = new Int32Array(memory, 0, INTEGERS);
    this.floats = new Float64Array(memory, 4 * INTEGERS, FLOATS);
  }

  /** Notes that a call is sent. */
  send(call: number): void {
    store(this.integers, call % CALL_CELLS, SENT);
  }

  /** Takes a call back. False if it has begun. */
  takeBack(call: number): boolean {
    return compareExchange(this.integers, call % CALL_CELLS, SENT, TAKEN_BACK) === SENT;
  }

  /** Begins a call. False if it was taken back. */
  begin(call: number): boolean {
    store(this.integers, SEEN, call + 1);
    this.floats[BEGUN_AT] = nowMs() + this.originMs;
    return compareExchange(this.integers, call % CALL_CELLS, SENT, BEGUN) === SENT;
  }

  /** Counts the time of a step of the call that runs anew. */
  restart(): void {
    this.floats[BEGUN_AT] = nowMs() + this.originMs;
  }

  /** Notes that a call is done, before its answer is sent. */
  end(call: number): void {
    const busyMs = nowMs() + this.originMs - (this.floats[BEGUN_AT] as number);
    this.floats[BUSY] = (this.floats[BUSY] as number) + busyMs;
    this.integers[COUNT] = (this.integers[COUNT] as number) + 1;
    store(this.integers, call % CALL_CELLS, DONE);
  }

  isSent(call: number): boolean {
    return load(this.integers, call % CALL_CELLS) === SENT;
  }

  isRunning(call: number): boolean {
    return load(this.integers, call % CALL_CELLS) === BEGUN;
  }

  /** The number of the next call that the worker will look at. */
  get nextSeen(): number {
    return load(this.integers, SEEN);
  }

  /** When the last call began, or its last step, by the clock of this side. */
  get begunAtMs(): number {
    return (this.floats[BEGUN_AT] as number) - this.originMs;
  }

  /** Milliseconds of work of all calls that are done. */
  get busyMs(): number {
    return this.floats[BUSY] as number;
  }

  /** How many calls are done. */
  get count(): number {
    return this.integers[COUNT] as number;
  }
}
