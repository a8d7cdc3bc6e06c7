import { tap, type MonoTypeOperatorFunction } from 'rxjs';
import type { Plan, ProgressReport } from './Plan.ts';
import type { Span } from './settle.ts';

/** Milliseconds at least between two reports. */
const INTERVAL_MS = 100;

/** Counts the settled items of a run, and reports them now and then, and once at the end. */
export function counting<T extends Pick<Span, 'count' | 'failed'>>(
  report: ProgressReport,
  { total, scheduler }: Pick<Plan<never>, 'total' | 'scheduler'>,
): MonoTypeOperatorFunction<T> {
  const startedAtMs = scheduler.now();
  let done = 0;
  let failed = 0;
  let reportedAtMs = -Infinity;

  const update = (nowMs: number): void => {
    reportedAtMs = nowMs;
    const elapsedMs = nowMs - startedAtMs;
    const perSecond = elapsedMs > 0 ? (done * 1000) / elapsedMs : 0;
    const etaMs = total === undefined || perSecond === 0 ? undefined : (Math.max(0, total - done) * 1000) / perSecond;
    report.update({ done, failed, total, perSecond, elapsedMs, etaMs });
  };
  const end = (): void => {
    update(scheduler.now());
  };

  return tap({
    next: ({ count, failed: failures = 0 }) => {
      done += count;
      failed += failures;
      const nowMs = scheduler.now();
      if (nowMs - reportedAtMs >= INTERVAL_MS) update(nowMs);
    },
    complete: end,
    error: end,
    finalize: () => {
      report.stop();
    },
  });
}
