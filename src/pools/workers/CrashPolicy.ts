import { nowMs } from '../../platform/nowMs.ts';
import type { Gone } from './WorkerClient.ts';

/** Workers that may die by their own doing, one after the other, where no item can be blamed. */
const MOST_DEATHS = 3;

/** Signals that a process gets for what it does itself; the others come from outside. */
const FAULTS = new Set(['SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGSEGV', 'SIGSYS', 'SIGTRAP']);

/**
 * The deaths of workers, one after the other, that nothing which they were given can be blamed for: those by their own
 * doing are tolerated twice, those from outside (somebody's SIGKILL, the system's want of memory) for as long as a worker
 * may take to boot.
 */
export class Deaths {
  private readonly patienceMs: number;
  private own = 0;
  private firstAtMs: number | undefined;

  constructor(patienceMs: number) {
    this.patienceMs = patienceMs;
  }

  /** Begins anew, since a worker has done something. */
  forget(): void {
    this.own = 0;
    this.firstAtMs = undefined;
  }

  /** Counts one. True if another worker is to be tried. */
  bearable(gone: Gone): boolean {
    this.firstAtMs ??= nowMs();
    if (isFromOutside(gone)) return nowMs() - this.firstAtMs < this.patienceMs;
    this.own += 1;
    return this.own < MOST_DEATHS;
  }
}

/** Whether it did not end itself. A thread that is terminated exits with 1, or with 0 while it starts, and has no last words. */
function isFromOutside({ death: { exitCode, signal }, cause, spoke, thread }: Gone): boolean {
  if (spoke || cause !== undefined) return false;
  return thread ? exitCode === 0 || exitCode === 1 : signal !== undefined && !FAULTS.has(signal);
}
