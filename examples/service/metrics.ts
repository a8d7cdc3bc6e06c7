import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Pool, Pooled } from 'rxjs-parallel';
import { prometheusOf } from './prometheus.ts';

/** The figures of a service, in the text format of Prometheus. */
export function metricsOf(pool: Pool, render: Pooled<string, string>): () => Promise<string> {
  const delay = monitorEventLoopDelay();
  delay.enable();
  return () =>
    Promise.resolve(
      [
        '# TYPE render_workers gauge',
        `render_workers ${String(pool.size)}`,
        '# TYPE render_waiting gauge',
        `render_waiting ${String(render.waiting)}`,
        '# TYPE render_running gauge',
        `render_running ${String(render.running)}`,
        '# TYPE render_event_loop_delay_max_seconds gauge',
        `render_event_loop_delay_max_seconds ${String(delay.max / 1e9)}`,
        pool.stats === undefined ? '' : prometheusOf([pool.stats()]),
      ].join('\n'),
    );
}
