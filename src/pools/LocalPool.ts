import { defer, from, mergeMap, type Observable } from 'rxjs';
import { loadTask } from '../tasks/loadTask.ts';
import type { TaskBody } from '../tasks/parseTask.ts';
import type { AnyTask } from '../tasks/Task.ts';
import { checkCount, checkOptions } from '../util/check.ts';
import { Closing } from './closing.ts';
import { GRACE_MS, LocalPlace, LocalRun } from './LocalRun.ts';
import type { Job, Pool, Settlements } from './pool.ts';
import { Slots } from './slots.ts';

/** Settings of a {@link LocalPool}. */
export interface LocalPoolConfig {
  /** Most promises at a time, an integer from 1. @defaultValue 1 */
  readonly workers?: number;
}

/**
 * Runs tasks in this thread, `workers` promises at a time. Nothing is copied, and closures work. Emits synchronously
 * where a task is synchronous. A task cannot be interrupted here: one that is cancelled or late is told by its signal, and
 * counts as gone 100 ms later.
 */
export class LocalPool implements Pool {
  readonly size: number;
  private readonly places: Slots<LocalPlace>;
  private readonly closing = new Closing('this pool');
  private readonly loaded = new WeakMap<AnyTask, TaskBody>();

  /** @throws RangeError if `workers` is not an integer from 1. */
  constructor(config: LocalPoolConfig = {}) {
    checkOptions(config, ['workers']);
    const { workers = 1 } = config;
    checkCount('workers', workers, 1);
    this.size = workers;
    this.places = new Slots(workers, () => new LocalPlace());
  }

  run$<In, Out>(job: Job<In>): Observable<Settlements<Out>> {
    const loaded = job.task.live ?? this.loaded.get(job.task);
    if (loaded === undefined) return this.load$(job.task).pipe(mergeMap(() => this.run$<In, Out>(job)));
    const run$ = (place: LocalPlace): Observable<Settlements<unknown>> =>
      new LocalRun(place, job, loaded, this.closing, () => {
        this.places.release(place);
      }).run$();
    return this.closing.count$(() => this.places.use$(run$)) as Observable<Settlements<Out>>;
  }

  async close(): Promise<void> {
    await this.closing.close(GRACE_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private load$(task: AnyTask): Observable<unknown> {
    return defer(() => from(this.load(task)));
  }

  private async load(task: AnyTask): Promise<void> {
    this.loaded.set(task, await loadTask(task.origin));
  }
}
