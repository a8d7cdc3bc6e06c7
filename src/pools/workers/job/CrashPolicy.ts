import { nowMs } from '../../../platform/time/nowMs.ts';
import type { WorkerExit } from '../WorkerClient.ts';

/** The number of crashes by faults of workers, one after the other, after which a run fails. */
const MAX_CRASHES = 3;

/** Signals that a process gets for what it does itself; the others come from outside. */
const FAULTS = new Set(['SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGSEGV', 'SIGSYS', 'SIGTRAP']);

/**
 * Decides whether another worker is tried after some have crashed one after the other, where no item can be blamed. Crashes by
 * a fault of the worker are tolerated twice, those from outside (a SIGKILL of somebody, a lack of memory) for as long as a
 * worker may take to boot.
 */
export class CrashPolicy {
  private readonly patienceMs: number;
  private ownCrashes = 0;
  private firstAtMs: number | undefined;

  constructor(patienceMs: number) {
    this.patienceMs = patienceMs;
  }

  /** Counts from zero again, since a worker has settled an item. */
  reset(): void {
    this.ownCrashes = 0;
    this.firstAtMs = undefined;
  }

  /** Counts an exit. True if another worker is to be tried. */
  tolerates(exit: WorkerExit): boolean {
    this.firstAtMs ??= nowMs();
    if (isFromOutside(exit)) return nowMs() - this.firstAtMs < this.patienceMs;
    this.ownCrashes += 1;
    return this.ownCrashes < MAX_CRASHES;
  }
}

/** Whether something else ended the worker. A terminated thread exits with 1, or with 0 while it starts, without an exit report. */
function isFromOutside({ death: { exitCode, signal }, cause, reportedExit, thread }: WorkerExit): boolean {
  if (reportedExit || cause !== undefined) return false;
  return thread ? exitCode === 0 || exitCode === 1 : signal !== undefined && !FAULTS.has(signal);
}
