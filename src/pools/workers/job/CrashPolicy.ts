import { nowMs } from '../../../platform/time/nowMs.ts';
import type { WorkerExit } from '../WorkerClient.ts';

/** The number of consecutive crashes by a worker's own fault after which a run fails. */
const MAX_CRASHES = 3;

/** The signals that a process causes itself. All others come from outside. */
const FAULTS = new Set(['SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGSEGV', 'SIGSYS', 'SIGTRAP']);

/**
 * Decides whether another worker is tried after consecutive crashes for which no item can be blamed. Two crashes by a
 * worker's own fault are tolerated. Crashes from outside (a SIGKILL, a lack of memory) are tolerated for as long as a worker
 * may take to boot.
 */
export class CrashPolicy {
  private readonly patienceMs: number;
  private ownCrashes = 0;
  private firstAtMs: number | undefined;

  constructor(patienceMs: number) {
    this.patienceMs = patienceMs;
  }

  /** Starts the count again after a worker has settled an item. */
  reset(): void {
    this.ownCrashes = 0;
    this.firstAtMs = undefined;
  }

  /** Counts an exit. True if another worker may be tried. */
  tolerates(exit: WorkerExit): boolean {
    this.firstAtMs ??= nowMs();
    if (isFromOutside(exit)) return nowMs() - this.firstAtMs < this.patienceMs;
    this.ownCrashes += 1;
    return this.ownCrashes < MAX_CRASHES;
  }
}

/** Whether something outside ended the worker. A terminated thread sends no report; it exits with 1, or 0 during its start. */
function isFromOutside({ death: { exitCode, signal }, cause, reportedExit, thread }: WorkerExit): boolean {
  if (reportedExit || cause !== undefined) return false;
  return thread ? exitCode === 0 || exitCode === 1 : signal !== undefined && !FAULTS.has(signal);
}
