import { nowMs } from '../../platform/time/nowMs.ts';

/** The maximum number of sent calls that a worker has not looked at. After so many calls, a cell serves another call. */
export const CALL_CELLS = 256;

const SENT = 0;
const BEGUN = 1;
const TAKEN_BACK = 2;
const DONE = 3;

/** Positions in the array of integers, after the states of the calls. */
const SEEN = CALL_CELLS;
const COUNT = CALL_CELLS + 1;
const INTEGERS = CALL_CELLS + 8;

/** Positions in the array of floats. */
const BUSY = 0;
const BEGUN_AT = 1;
const FLOATS = 8;

// Read when the worker loads, since a task may replace them later.
const { compareExchange, load, store } = Atomics;

/**
 * The state of each call, in memory that a pool shares with one of its threads. The worker begins a call, and the pool takes
 * it back, by an atomic exchange: only the first of them succeeds, even while the other thread is blocked.
 */
export class CallCells {
  readonly memory: SharedArrayBuffer;
  private readonly integers: Int32Array;
  private readonly floats: Float64Array;
  private readonly originMs: number;

  /**
   * @param originMs - The time of a common clock of both sides at which the clock of this side showed 0.
   * @param memory - The memory of the other side. If omitted, it is allocated.
   */
  constructor(originMs: number, memory = new SharedArrayBuffer(4 * INTEGERS + 8 * FLOATS)) {
    this.originMs = originMs;
    this.memory = memory;
    this.integers = new Int32Array(memory, 0, INTEGERS);
    this.floats = new Float64Array(memory, 4 * INTEGERS, FLOATS);
  }

  /** Marks a call as sent. */
  send(call: number): void {
    store(this.integers, call % CALL_CELLS, SENT);
  }

  /** Takes a call back. False if the worker has begun it. */
  takeBack(call: number): boolean {
    return compareExchange(this.integers, call % CALL_CELLS, SENT, TAKEN_BACK) === SENT;
  }

  /** Begins a call. False if the pool has taken it back. */
  begin(call: number): boolean {
    store(this.integers, SEEN, call + 1);
    this.floats[BEGUN_AT] = nowMs() + this.originMs;
    return compareExchange(this.integers, call % CALL_CELLS, SENT, BEGUN) === SENT;
  }

  /** Starts the time of a step of the running call. */
  restart(): void {
    this.floats[BEGUN_AT] = nowMs() + this.originMs;
  }

  /** Marks a call as done. Is called before the answer is sent. */
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

  /** The number after that of the last call that the worker has tried to begin. */
  get nextSeen(): number {
    return load(this.integers, SEEN);
  }

  /** The time at which the last call, or its last step, began, by the clock of this side. */
  get begunAtMs(): number {
    return (this.floats[BEGUN_AT] as number) - this.originMs;
  }

  /** The total time that the done calls have run, in milliseconds. */
  get busyMs(): number {
    return this.floats[BUSY] as number;
  }

  /** The number of done calls. */
  get count(): number {
    return this.integers[COUNT] as number;
  }
}
