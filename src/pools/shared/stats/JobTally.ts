import type { CallTally } from '../../calls.ts';
import type { Settlements } from '../../pool.ts';
import type { PoolStats } from '../../stats.ts';
import { Histogram } from './Histogram.ts';

/** The figures of the jobs of a pool. */
export type JobStats = Pick<
  PoolStats,
  'waiting' | 'running' | 'items' | 'failed' | 'jobs' | 'rejected' | 'busyMs' | 'waitMs' | 'jobMs'
>;

/** Counts the jobs of a pool. */
export class JobTally implements CallTally {
  /** The calls that were refused. */
  rejected = 0;
  /** The queues of the functions whose calls are not jobs yet. */
  readonly queues = new Set<{ readonly size: number }>();
  private items = 0;
  private failed = 0;
  private jobs = 0;
  private running = 0;
  private busyMs = 0;
  /** The sum of the times at which the running jobs began. */
  private begunMs = 0;
  private readonly waitMs = new Histogram();
  private readonly jobMs = new Histogram();

  /** A job has a worker. */
  begin(waitedMs: number, nowMs: number): void {
    this.waitMs.add(waitedMs);
    this.running += 1;
    this.begunMs += nowMs;
  }

  /** A job that began at `begunMs` has ended. */
  end(begunMs: number, nowMs: number): void {
    this.running -= 1;
    this.begunMs -= begunMs;
    this.busyMs += nowMs - begunMs;
    this.jobs += 1;
    this.jobMs.add(nowMs - begunMs);
  }

  /** A job of one item has ended, whose beginning was not counted. */
  call(waitedMs: number, tookMs: number, isFailed: boolean): void {
    this.waitMs.add(waitedMs);
    this.jobMs.add(tookMs);
    this.jobs += 1;
    this.settle(1, isFailed ? 1 : 0);
  }

  /** Items of a job have settled. */
  add({ values, errors, yields }: Settlements<unknown>): void {
    this.settle(values.length + (yields?.ended === true ? 1 : 0), errors?.length ?? 0);
  }

  settle(items: number, failed: number): void {
    this.items += items;
    this.failed += failed;
  }

  /** @param waiting - The number of the jobs that wait. */
  read(nowMs: number, waiting: number): JobStats {
    const { running, items, failed, jobs, rejected } = this;
    return {
      waiting: [...this.queues].reduce((sum, { size }) => sum + size, waiting),
      running,
      items,
      failed,
      jobs,
      rejected,
      busyMs: this.busyMs + running * nowMs - this.begunMs,
      waitMs: this.waitMs.read(),
      jobMs: this.jobMs.read(),
    };
  }
}
