import { asyncScheduler, concatMap, defer, shareReplay, take, type Observable } from 'rxjs';
import { TaskLoadError } from '../tasks/errors.ts';
import { loadTask } from '../tasks/loadTask.ts';
import type { AnyTask } from '../tasks/Task.ts';
import { startGate$ } from '../util/startGate.ts';
import { LocalPool } from './LocalPool.ts';
import type { Job, Pool, Settlements } from './pool.ts';

/** A worker pool without workers: this thread, one item at a time, with the pool's initializer and pause. */
export class SerialPool implements Pool {
  readonly size = 1;
  private readonly local = new LocalPool();
  private readonly ready$: Observable<unknown> | undefined;
  private readonly gate$: Observable<unknown>;

  constructor(pauseMs: number, initializer: AnyTask | undefined, initArgs: readonly unknown[]) {
    this.gate$ = startGate$(pauseMs, asyncScheduler);
    if (initializer !== undefined)
      this.ready$ = defer(() => initialize(initializer, initArgs)).pipe(
        shareReplay({ bufferSize: 1, refCount: false }),
      );
  }

  run$<In, Out>(job: Job<In>): Observable<Settlements<Out>> {
    const gate$ = job.gate$.pipe(
      take(1),
      concatMap(() => this.gate$),
    );
    const run$ = this.local.run$<In, Out>({ ...job, gate$ });
    return this.ready$ === undefined ? run$ : this.ready$.pipe(concatMap(() => run$));
  }

  async close(): Promise<void> {
    await this.local.close();
  }
}

async function initialize({ live, origin }: AnyTask, initArgs: readonly unknown[]): Promise<void> {
  const loaded = (live ?? (await loadTask(origin))) as (...args: readonly unknown[]) => unknown;
  try {
    await loaded(...initArgs);
  } catch (cause) {
    throw new TaskLoadError('the initializer threw', { cause });
  }
}
