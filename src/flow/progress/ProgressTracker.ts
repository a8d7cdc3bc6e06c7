import type { TapObserver } from 'rxjs';
import { clockOf } from '../../util/rx/clockOf.ts';
import type { Plan, ProgressReport } from '../Plan.ts';
import type { Span } from '../settle.ts';

/** Milliseconds at least between two reports. */
const INTERVAL_MS = 100;

/** The counts of some items. */
export type Counted = Pick<Span, 'count' | 'failed'> & { readonly failure?: Span['failure'] | undefined };

/** Counts the settled items of a run, and reports them now and then, and once at the end. */
export class ProgressTracker {
  private readonly report: ProgressReport;
  private readonly plan: Pick<Plan<never>, 'total' | 'scheduler'>;
  private readonly clock: () => number;
  private readonly startedAtMs: number;
  private reportedAtMs = -Infinity;
  private done = 0;
  private failed = 0;

  constructor(report: ProgressReport, plan: Pick<Plan<never>, 'total' | 'scheduler'>) {
    this.report = report;
    this.plan = plan;
    this.clock = clockOf(plan.scheduler);
    this.startedAtMs = this.clock();
  }

  /** Sees items settle. */
  readonly settled = ({ count, failed = 0, failure }: Counted): void => {
    this.done += count;
    this.failed += failed;
    if (failure === undefined && this.clock() - this.reportedAtMs >= INTERVAL_MS) this.update();
  };

  /** Sees the run end, which it may do with a failure. */
  readonly ending: Partial<TapObserver<Counted>> = {
    next: ({ failure }) => {
      if (failure !== undefined) this.update();
    },
    complete: () => {
      this.update();
    },
    error: () => {
      this.update();
    },
    finalize: () => {
      this.report.stop();
    },
  };

  private update(): void {
    const { done, failed } = this;
    const { total } = this.plan;
    this.reportedAtMs = this.clock();
    const elapsedMs = this.reportedAtMs - this.startedAtMs;
    const perSecond = elapsedMs > 0 ? (done * 1000) / elapsedMs : 0;
    const etaMs = total === undefined || perSecond === 0 ? undefined : (Math.max(0, total - done) * 1000) / perSecond;
    this.report.update({ done, failed, total, perSecond, elapsedMs, etaMs });
  }
}
