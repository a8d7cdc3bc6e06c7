import { crashError } from '../job/workerErrors.ts';
import { withTimeout } from '../boot/withTimeout.ts';
import type { CallEvents, CallTask, PoolCall } from '../../calls.ts';
import { jobOf } from './callErrors.ts';
import type { CallSeat } from './CallSeat.ts';

/** How long the last messages of a worker that has exited are waited for, in milliseconds. */
const DRAIN_MS = 1000;
/** The number of workers that die one after the other before a call begins, after which the first call is blamed. */
const MAX_SILENT = 3;

/** Decides what becomes of the calls of workers that die. */
export class SeatDeaths {
  private readonly task: CallTask;
  private readonly events: CallEvents;
  private silent = 0;

  constructor(task: CallTask, events: CallEvents) {
    this.task = task;
    this.events = events;
  }

  /**
   * Waits for the death of a seat's worker, and blames the call that ran.
   *
   * @returns the calls that had not begun, which go again.
   */
  async watch(seat: CallSeat): Promise<readonly PoolCall[]> {
    const { worker } = seat;
    await worker.exited;
    // All that it has answered counts.
    await withTimeout(worker.calls.drained, DRAIN_MS);
    const exit = await worker.exit();
    const { charged, others } = seat.takeAll();
    const blamed = charged.map((sent) => ({ call: sent.call, sent }));
    if (blamed.length > 0) this.silent = 0;
    else if (others.length > 0) this.silent += 1;
    for (const { call, sent } of blamed)
      if (sent.failure !== undefined) this.events.retry(call, sent.failure);
      else seat.settle(call, crashError(jobOf(this.task, call), 0, exit), sent.hasYielded);
    if (this.silent < MAX_SILENT) return others;
    const [first, ...rest] = others;
    if (first !== undefined) seat.settle(first, crashError(jobOf(this.task, first), 0, exit));
    return rest;
  }
}
