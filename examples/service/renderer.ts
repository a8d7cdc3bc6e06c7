import { pooled, tasks, type Pool, type Pooled } from 'rxjs-parallel';

/** Limits of {@link renderer}, in milliseconds, and in calls. */
export interface RendererLimits {
  readonly timeout: number;
  readonly maxQueue: number;
  readonly maxWait: number;
}

/** Renders pages on a pool. A call is answered, or refused, after `maxWait + timeout` at the latest. */
export function renderer(pool: Pool, limits: RendererLimits): Pooled<string, string> {
  const { render } = tasks<typeof import('./render.ts')>(new URL('./render.ts', import.meta.url));
  return pooled(render, {
    pool,
    ...limits,
    // A client that disconnects does not end a worker: the task of its call goes on, and its result is dropped.
    graceMs: Infinity,
  });
}
