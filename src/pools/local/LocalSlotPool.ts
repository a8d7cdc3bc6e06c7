import { concatMap, defer, from, mergeMap, take, Observable, type Subscriber } from 'rxjs';
import { inRealTime } from '../../util/rx/inRealTime.ts';
import { TaskLoadError } from '../../tasks/errors/errors.ts';
import { loadTask } from '../../tasks/module/loadTask.ts';
import type { TaskBody } from '../../tasks/inline/parseTask.ts';
import type { AnyTask } from '../../tasks/Task.ts';
import { runInRootContext } from '../../platform/context/asyncContext.ts';
import { bare } from '../../util/bare.ts';
import { OPEN_GATE$ } from '../../util/rx/startGate.ts';
import { PoolLifecycle } from '../shared/PoolLifecycle.ts';
import { nameOf } from '../shared/itemErrors.ts';
import { poolName } from '../shared/poolName.ts';
import { initialized$ } from './initialized.ts';
import { tearDown } from './tearDown.ts';
import { LocalRun, type RunningPool } from './LocalRun.ts';
import { LocalSlot } from './LocalSlot.ts';
import { nowMs } from '../../platform/time/nowMs.ts';
import { idealStats } from '../shared/stats/idealStats.ts';
import { JobTally } from '../shared/stats/JobTally.ts';
import type { PoolStats } from '../stats.ts';
import { setCallTally } from '../calls.ts';
import type { CloseConfig, Job, Pool, Settlements } from '../pool.ts';
import { drainMsOf } from '../shared/drainMsOf.ts';
import { SlotQueue } from '../shared/SlotQueue.ts';
import { withoutBuffers } from './withoutBuffers.ts';

/** The settings of a pool of this thread. */
export interface LocalSettings {
  /** The time that a task has to end when it is told to stop, and that items have when the pool closes, in milliseconds. */
  readonly graceMs: number;
  /** The time that a module or an initializer may take to load, in milliseconds. */
  readonly bootTimeoutMs: number;
  /** The number of slots. @defaultValue 1 */
  readonly workers?: number;
  /** Converts items, arguments and results. @defaultValue {@link withoutBuffers}: as a worker would receive them */
  readonly handOver?: <T>(value: T) => T;
  /** Keeps the minimum time between two starts on the pool. @defaultValue an open gate */
  readonly gate$?: Observable<unknown>;
  /** Runs once, before the first item. */
  readonly initializer?: AnyTask | undefined;
  /** The arguments of the initializer. */
  readonly initArgs?: readonly unknown[];
  /** Runs once, when the pool is closed, if it has had a job. */
  readonly teardown?: AnyTask | undefined;
  /** The name of the pool. */
  readonly name?: string | undefined;
}

/**
 * A pool of slots of this thread, each for one item at a time. As the serial part of a worker pool it has one slot, the
 * initializer and the pause of that pool, and converts Buffers as a message to a worker does.
 */
export class LocalSlotPool implements Pool {
  readonly crashes = false;
  private readonly settings: LocalSettings;
  private readonly gate$: Observable<unknown>;
  private readonly slots: SlotQueue<LocalSlot>;
  private readonly lifecycle: PoolLifecycle;
  private readonly jobs = new JobTally();
  private readonly parts: RunningPool;
  private wasUsed = false;
  private ending: Promise<void> | undefined;
  private readonly loaded = new WeakMap<AnyTask, TaskBody>();
  /** Emits when the initializer has run; undefined without an initializer. */
  private readonly ready$: Observable<unknown> | undefined;

  constructor(settings: LocalSettings) {
    const { workers = 1, graceMs, bootTimeoutMs, handOver = withoutBuffers, gate$ = OPEN_GATE$ } = bare(settings);
    const { initializer, initArgs = [], name } = bare(settings);
    this.lifecycle = new PoolLifecycle(poolName(name));
    this.settings = settings;
    setCallTally(this, this.jobs);
    this.gate$ = gate$;
    this.slots = new SlotQueue(workers, () => new LocalSlot(graceMs, handOver));
    this.parts = { slots: this.slots, lifecycle: this.lifecycle, jobs: this.jobs };
    this.ready$ = initializer === undefined ? undefined : initialized$(initializer, initArgs, bootTimeoutMs);
  }

  get size(): number {
    return this.slots.size;
  }

  get closed$(): Observable<never> {
    return this.lifecycle.closed$;
  }

  get draining$(): Observable<unknown> {
    return this.lifecycle.draining$;
  }

  run$<In, Out>(job: Job<In>): Observable<Settlements<Out>> {
    return new Observable((subscriber: Subscriber<Settlements<unknown>>) => {
      if (this.lifecycle.admit(subscriber, job.ended$)) this.begin(job, subscriber);
    }) as Observable<Settlements<Out>>;
  }

  stats(): PoolStats {
    const { jobs, slots, settings } = this;
    return idealStats('local', jobs.read(nowMs(), slots.waitingCount), slots, settings.name);
  }

  async close(config?: CloseConfig): Promise<void> {
    await this.lifecycle.close(this.settings.graceMs, drainMsOf(config));
    const { teardown, bootTimeoutMs } = this.settings;
    if (teardown !== undefined && this.wasUsed) this.ending ??= tearDown(teardown, bootTimeoutMs);
    await this.ending;
  }

  private begin(job: Job<unknown>, subscriber: Subscriber<Settlements<unknown>>): void {
    const { task } = job;
    const loaded = task.live ?? this.loaded.get(task);
    const isReady = loaded !== undefined && this.ready$ === undefined && this.gate$ === OPEN_GATE$;
    const slot = isReady ? this.slots.takeFree() : undefined;
    this.wasUsed = true;
    // A job that gets its slot at once need not read the clock.
    if (slot === undefined) this.prepareAndRun$(job).subscribe(subscriber);
    else new LocalRun(slot, job, loaded, this.parts).begin(subscriber, 0);
  }

  private prepareAndRun$(job: Job<unknown>): Observable<Settlements<unknown>> {
    const spaced = this.gate$ === OPEN_GATE$ ? job : { ...job, gate$: this.spaced$(job.gate$) };
    if (this.ready$ === undefined) return this.loadAndRun$(spaced);
    return this.ready$.pipe(
      concatMap(() => {
        // The pool may have been closed while the initializer ran.
        this.lifecycle.check();
        return this.loadAndRun$(spaced);
      }),
    );
  }

  private spaced$(gate$: Observable<unknown>): Observable<unknown> {
    return gate$.pipe(
      take(1),
      concatMap(() => this.gate$),
    );
  }

  private loadAndRun$(job: Job<unknown>): Observable<Settlements<unknown>> {
    const loaded = job.task.live ?? this.loaded.get(job.task);
    if (loaded === undefined) return this.load$(job).pipe(mergeMap(() => this.loadAndRun$(job)));
    const sinceMs = nowMs();
    return this.slots.use$(
      (given) => new LocalRun(given, job, loaded, this.parts).run$(nowMs() - sinceMs),
      job.priority,
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
    // Node keeps imported modules for ever, and with them the async context of the first import.
    this.loaded.set(task, await runInRootContext(() => loadTask(task.origin)));
  }
}
