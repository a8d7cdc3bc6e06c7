import { concatMap, defer, of, ReplaySubject, share, take, type Observable } from 'rxjs';
import { inRealTime } from '../../util/rx/inRealTime.ts';
import { TaskLoadError } from '../../tasks/errors/errors.ts';
import { loadTask } from '../../tasks/module/loadTask.ts';
import { withoutBuffers } from './withoutBuffers.ts';
import type { AnyTask } from '../../tasks/Task.ts';
import { runInRootContext } from '../../platform/asyncContext.ts';
import { inContext } from '../../util/rx/inContext.ts';
import { messageOf } from '../../util/messageOf.ts';
import { PoolLifecycle } from '../shared/PoolLifecycle.ts';
import { LocalSlots, type LocalSettings } from './LocalSlots.ts';
import type { Job, Pool, Settlements } from '../pool.ts';

/** How a {@link SerialPool} begins. */
export interface SerialSettings extends LocalSettings {
  readonly initializer: AnyTask | undefined;
  readonly initArgs: readonly unknown[];
}

/**
 * A worker pool without workers: this thread, one item at a time, with the pool's initializer and pause. Buffers are handed
 * over as to workers.
 */
export class SerialPool implements Pool {
  readonly size = 1;
  readonly crashes = false;
  private readonly settings: SerialSettings;
  private readonly local: LocalSlots;
  private readonly lifecycle = new PoolLifecycle('this pool');
  private readonly ready$: Observable<unknown>;
  private readonly gate$: Observable<unknown>;

  /** @param gate$ - Spaces the starts on the pool. */
  constructor(gate$: Observable<unknown>, settings: SerialSettings) {
    this.gate$ = gate$;
    this.settings = settings;
    this.local = new LocalSlots(1, settings, withoutBuffers);
    this.ready$ =
      settings.initializer === undefined ? of(0) : initialized$(settings.initializer, settings).pipe(inContext());
  }

  get closed$(): Observable<never> {
    return this.lifecycle.closed$;
  }

  run$<In, Out>(job: Job<In>): Observable<Settlements<Out>> {
    const gate$ = job.gate$.pipe(
      take(1),
      concatMap(() => this.gate$),
    );
    return this.lifecycle.count$(() => this.ready$.pipe(concatMap(() => this.local.run$<In, Out>({ ...job, gate$ }))));
  }

  async close(): Promise<void> {
    await Promise.all([this.local.close(), this.lifecycle.close(this.settings.graceMs)]);
  }
}

/** Runs an initializer on the first subscription, and once: it belongs to no run. */
function initialized$(task: AnyTask, { initArgs, bootTimeoutMs }: SerialSettings): Observable<unknown> {
  return defer(() => initialize(task, initArgs)).pipe(
    inRealTime(
      bootTimeoutMs,
      () => new TaskLoadError(`the initializer did not end within the bootTimeout of ${String(bootTimeoutMs)} ms`),
    ),
    inContext(runInRootContext),
    // As `shareReplay`, which would also read a scheduler that its options inherit.
    share({
      connector: () => new ReplaySubject(1),
      resetOnError: true,
      resetOnComplete: false,
      resetOnRefCountZero: false,
    }),
  );
}

async function initialize({ live, origin }: AnyTask, initArgs: readonly unknown[]): Promise<void> {
  const loaded = (live ?? (await loadTask(origin))) as (...args: readonly unknown[]) => unknown;
  try {
    await loaded(...withoutBuffers(initArgs));
  } catch (cause) {
    throw new TaskLoadError(`the initializer threw: ${messageOf(cause)}`, { cause });
  }
}
