import type { CallEvents, CallTask, PoolCall } from '../../calls.ts';
import { crashError } from '../job/workerErrors.ts';
import type { WorkerExit } from '../WorkerClient.ts';
import { jobOf } from './callErrors.ts';
import type { CallSeat } from './CallSeat.ts';

/** The number of workers that die one after the other before a call begins, after which the first call is blamed. */
const MAX_SILENT = 3;

/** Decides what becomes of the calls of workers that die. */
export class CrashBlame {
  private readonly task: CallTask;
  private readonly events: CallEvents;
  private silent = 0;

  constructor(task: CallTask, events: CallEvents) {
    this.task = task;
    this.events = events;
  }

  /**
   * Blames the call that ran in a worker for its death.
   *
   * @returns the calls that had not begun, which go again.
   */
  blame(seat: CallSeat, exit: WorkerExit): readonly PoolCall[] {
    const { blamed, others } = seat.takeAll();
    if (blamed.length > 0) this.silent = 0;
    else if (others.length > 0) this.silent += 1;
    for (const { call, failure, hasYielded } of blamed)
      if (failure !== undefined) this.events.retry(call, failure);
      else seat.settle(call, crashError(jobOf(this.task, call), 0, exit), hasYielded);
    if (this.silent < MAX_SILENT) return others;
    const [first, ...rest] = others;
    if (first !== undefined) seat.settle(first, crashError(jobOf(this.task, first), 0, exit));
    return rest;
  }
}
