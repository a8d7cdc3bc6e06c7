import { defer, from, mergeMap, type Observable } from 'rxjs';
import { inRealTime } from '../../util/rx/inRealTime.ts';
import { TaskLoadError } from '../../tasks/errors/errors.ts';
import { loadTask } from '../../tasks/module/loadTask.ts';
import type { TaskBody } from '../../tasks/inline/parseTask.ts';
import type { AnyTask } from '../../tasks/Task.ts';
import { runInRootContext } from '../../platform/asyncContext.ts';
import { PoolLifecycle } from '../shared/PoolLifecycle.ts';
import { nameOf } from '../shared/itemErrors.ts';
import { LocalSlot, LocalRun } from './LocalRun.ts';
import type { Job, Pool, Settlements } from '../pool.ts';
import { SlotQueue } from '../shared/SlotQueue.ts';

/** What a pool of this thread waits for. */
export interface LocalSettings {
  /** Milliseconds that a task which was told to stop, or the pool's running items, have to end. */
  readonly graceMs: number;
  /** Milliseconds that a module, or an initializer, may take to load. */
  readonly bootTimeoutMs: number;
}

/** Slots of this thread, each for one item at a time. */
export class LocalSlots implements Pool {
  readonly crashes = false;
  private readonly settings: LocalSettings;
  private readonly slots: SlotQueue<LocalSlot>;
  private readonly lifecycle = new PoolLifecycle('this pool');
  private readonly loaded = new WeakMap<AnyTask, TaskBody>();

  /** @param handOver - How items, arguments and results are handed over. */
  constructor(workers: number, settings: LocalSettings, handOver: <T>(value: T) => T) {
    this.settings = settings;
    this.slots = new SlotQueue(workers, () => new LocalSlot(settings.graceMs, handOver));
  }

  get size(): number {
    return this.slots.size;
  }

  get closed$(): Observable<never> {
    return this.lifecycle.closed$;
  }

  run$<In, Out>(job: Job<In>): Observable<Settlements<Out>> {
    return this.lifecycle.count$(() => this.loadAndRun$(job as Job<unknown>)) as Observable<Settlements<Out>>;
  }

  async close(): Promise<void> {
    await this.lifecycle.close(this.settings.graceMs);
  }

  private loadAndRun$(job: Job<unknown>): Observable<Settlements<unknown>> {
    const loaded = job.task.live ?? this.loaded.get(job.task);
    if (loaded === undefined) return this.load$(job).pipe(mergeMap(() => this.loadAndRun$(job)));
    return this.slots.use$((slot) =>
      new LocalRun(slot, job, loaded, this.lifecycle, () => {
        this.slots.release(slot);
      }).run$(),
    );
  }

  private load$(job: Job<unknown>): Observable<unknown> {
    const { bootTimeoutMs } = this.settings;
    return defer(() => from(this.load(job.task))).pipe(
      inRealTime(
        bootTimeoutMs,
        () => new TaskLoadError(`${nameOf(job)} did not load within the bootTimeout of ${String(bootTimeoutMs)} ms`),
      ),
    );
  }

  private async load(task: AnyTask): Promise<void> {
    // Node keeps what it imports, and the context of the first import with it.
    this.loaded.set(task, await runInRootContext(() => loadTask(task.origin)));
  }
}
