import { nowMs } from '../../../../../platform/time/nowMs.ts';
import type { Settlements } from '../../../../pool.ts';
import type { JobTally } from '../../../../shared/stats/JobTally.ts';

/** The place of one job on the machines. It counts the job. */
export class JobPlace {
  private readonly jobs: JobTally;
  private readonly release: () => void;
  private readonly begunMs = nowMs();

  /**
   * @param askedMs - When the job began to wait for its place, in milliseconds of `nowMs`.
   * @param release - Gives the place to another job.
   */
  constructor(jobs: JobTally, askedMs: number, release: () => void) {
    this.jobs = jobs;
    this.release = release;
    jobs.begin(this.begunMs - askedMs, this.begunMs);
  }

  /** Counts the items that have settled. */
  count(settlements: Settlements<unknown>): void {
    this.jobs.add(settlements);
  }

  /** The job has ended. Call it once. */
  leave(): void {
    this.jobs.end(this.begunMs, nowMs());
    this.release();
  }
}
