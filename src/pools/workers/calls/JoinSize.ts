import type { CallCells } from '../../wire/CallCells.ts';

/** The most calls of one message. */
const MAX_CALLS = 64;
/** Milliseconds of work that are sent together. */
const JOIN_MS = 1;
/** Of how many calls the mean is, more or less. */
const REMEMBERED = 2000;

/** Decides how many calls go in one message: about a millisecond of work, by the mean of those that are done. */
export class JoinSize {
  private workedMs = 0;
  private count = 0;

  get max(): number {
    if (this.count === 0) return 1;
    return Math.max(1, Math.min(MAX_CALLS, Math.floor((JOIN_MS * this.count) / this.workedMs)));
  }

  observe(workedMs: number, count: number): void {
    this.workedMs += workedMs;
    this.count += count;
    if (this.count <= REMEMBERED) return;
    this.workedMs /= 2;
    this.count /= 2;
  }
}

/** Tells how long a worker has worked on calls, since it was read before. */
export interface WorkMeter {
  /** Leaves out what others have had it do meanwhile. @returns the milliseconds since it was read. */
  skip(): number;
  /** @returns the milliseconds since it was read before. */
  read(size: JoinSize): number;
}

/** Adds up the times that a worker without shared memory tells in its answers. */
export class AnswerMeter implements WorkMeter {
  private workedMs = 0;
  private count = 0;

  note(workedMs: number): void {
    this.workedMs += workedMs;
    this.count += 1;
  }

  skip(): number {
    const { workedMs } = this;
    this.workedMs = 0;
    this.count = 0;
    return workedMs;
  }

  read(size: JoinSize): number {
    size.observe(this.workedMs, this.count);
    return this.skip();
  }
}

/** Reads in shared memory how long a thread has worked on calls. */
export class CellMeter implements WorkMeter {
  private readonly cells: CallCells;
  private busyMs: number;
  private count: number;

  constructor(cells: CallCells) {
    this.cells = cells;
    this.busyMs = cells.busyMs;
    this.count = cells.count;
  }

  skip(): number {
    const { busyMs, count } = this.cells;
    const workedMs = busyMs - this.busyMs;
    this.busyMs = busyMs;
    this.count = count;
    return workedMs;
  }

  read(size: JoinSize): number {
    const calls = this.cells.count - this.count;
    const workedMs = this.skip();
    size.observe(workedMs, calls);
    return workedMs;
  }
}
