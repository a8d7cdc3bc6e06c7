import type { Pool, Pooled } from 'rxjs-parallel';
import { prometheusOf } from './prometheus.ts';

/** The figures of a service, in the text format of Prometheus. */
export function metricsOf(pool: Pool, render: Pooled<string, string>): () => Promise<string> {
  return () =>
    Promise.resolve(
      [
        '# TYPE render_workers gauge',
        `render_workers ${String(pool.size)}`,
        '# TYPE render_waiting gauge',
        `render_waiting ${String(render.waiting)}`,
        '# TYPE render_running gauge',
        `render_running ${String(render.running)}`,
        pool.stats === undefined ? '' : prometheusOf([pool.stats()]),
      ].join('\n'),
    );
}
