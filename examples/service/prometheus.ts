import type { Buckets, PoolStats } from 'rxjs-parallel';

type Kind = 'counter' | 'gauge';

/** The figures of some pools, in the text format of Prometheus: each as a series whose label is the name of its pool. */
export function prometheusOf(all: readonly PoolStats[]): string {
  const families: readonly (readonly [name: string, kind: Kind, of: (stats: PoolStats) => number])[] = [
    ['size', 'gauge', ({ size }) => size],
    ['workers', 'gauge', ({ workers }) => workers.alive],
    ['workers_booting', 'gauge', ({ workers }) => workers.booting],
    ['workers_busy', 'gauge', ({ workers }) => workers.busy],
    ['waiting_jobs', 'gauge', ({ waiting }) => waiting],
    ['running_jobs', 'gauge', ({ running }) => running],
    ['items_total', 'counter', ({ items }) => items],
    ['failed_items_total', 'counter', ({ failed }) => failed],
    ['jobs_total', 'counter', ({ jobs }) => jobs],
    ['rejected_total', 'counter', ({ rejected }) => rejected],
    ['worker_starts_total', 'counter', ({ started }) => started],
    ['worker_crashes_total', 'counter', ({ crashed }) => crashed],
    ['worker_stops_total', 'counter', ({ stopped }) => stopped],
    ['worker_retirements_total', 'counter', ({ retired }) => retired],
    ['busy_seconds_total', 'counter', ({ busyMs }) => busyMs / 1000],
    ['worked_seconds_total', 'counter', ({ workedMs }) => workedMs / 1000],
  ];
  const lines = families.flatMap(([name, kind, of]) => [
    `# TYPE rxjs_parallel_${name} ${kind}`,
    ...all.map((stats) => `rxjs_parallel_${name}{pool=${label(stats.name)}} ${String(of(stats))}`),
  ]);
  lines.push(
    '# TYPE rxjs_parallel_wait_seconds histogram',
    ...all.flatMap(({ name, waitMs }) => histogram('wait', name, waitMs)),
  );
  lines.push(
    '# TYPE rxjs_parallel_job_seconds histogram',
    ...all.flatMap(({ name, jobMs }) => histogram('job', name, jobMs)),
  );
  return `${lines.join('\n')}\n`;
}

/** Prometheus counts in each bucket those of all smaller ones, too. */
function histogram(of: string, pool: string, { bounds, counts, sum, count }: Buckets): readonly string[] {
  const name = `rxjs_parallel_${of}_seconds`;
  const labels = `pool=${label(pool)}`;
  let below = 0;
  return [
    ...bounds.map((ms, at) => {
      below += counts[at] ?? 0;
      return `${name}_bucket{${labels},le="${String(ms / 1000)}"} ${String(below)}`;
    }),
    `${name}_bucket{${labels},le="+Inf"} ${String(count)}`,
    `${name}_sum{${labels}} ${String(sum / 1000)}`,
    `${name}_count{${labels}} ${String(count)}`,
  ];
}

function label(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
