import {
  concat,
  concatMap,
  EMPTY,
  from,
  Observable,
  of,
  range,
  take,
  tap,
  throwError,
  type Subscriber,
  type Unsubscribable,
} from 'rxjs';
import { nowMs } from '../../platform/time/nowMs.ts';
import { clone } from '../../platform/clone.ts';
import type { Callable } from '../../tasks/callable.ts';
import { runAsTask } from '../../tasks/currentTask.ts';
import { TaskLoadError } from '../../tasks/errors/errors.ts';
import { isIterator, isPromiseLike } from '../../tasks/isIterator.ts';
import { jobAtOpen } from '../../util/rx/jobGate.ts';
import type { PoolLifecycle } from '../shared/PoolLifecycle.ts';
import type { SlotQueue } from '../shared/SlotQueue.ts';
import type { JobTally } from '../shared/stats/JobTally.ts';
import { indexAt } from '../../util/indexAt.ts';
import { taskError } from '../shared/itemErrors.ts';
import { awaitedItem } from './awaitedItem.ts';
import { failedItem } from './failedItem.ts';
import type { LocalSlot } from './LocalSlot.ts';
import { LocalTask } from './LocalTask.ts';
import { pendingItem$, type RunningItem } from './pendingItem.ts';
import type { Job, Settlements } from '../pool.ts';

/** What a run needs of its pool. */
export interface RunningPool {
  readonly slots: Pick<SlotQueue<LocalSlot>, 'release'>;
  readonly lifecycle: PoolLifecycle;
  readonly jobs: JobTally;
}

/** The settlements of an item: at once, later, or in several steps. */
type Settled = Settlements<unknown> | Promise<Settlements<unknown>> | Observable<Settlements<unknown>>;

/** Runs one job in a slot of this thread. */
export class LocalRun implements Unsubscribable {
  private readonly slot: LocalSlot;
  private readonly job: Job<unknown>;
  private readonly loaded: unknown;
  private readonly pool: RunningPool;
  private begunMs = 0;
  private call: Callable | undefined;
  /** The running task. */
  private current: LocalTask | undefined;
  /** `calling`: the task is on the stack; `cancelled`: its result will be dropped, too; `released`: the run has ended. */
  private state: 'waiting' | 'calling' | 'cancelled' | 'released' = 'waiting';

  /**
   * @param loaded - The function or class of the job's task.
   * @param pool - Gets the slot back.
   */
  constructor(slot: LocalSlot, job: Job<unknown>, loaded: unknown, pool: RunningPool) {
    this.slot = slot;
    this.job = job;
    this.loaded = loaded;
    this.pool = pool;
  }

  /** As {@link begin}. Subscribe to it once. */
  run$(waitedMs: number): Observable<Settlements<unknown>> {
    return new Observable((subscriber) => {
      this.begin(subscriber, waitedMs);
    });
  }

  /**
   * Calls the task with each item in turn.
   *
   * @param waitedMs - How long the job has waited for its slot.
   */
  begin(subscriber: Subscriber<Settlements<unknown>>, waitedMs: number): void {
    this.begunMs = nowMs();
    this.pool.jobs.begin(waitedMs, this.begunMs);
    const { gate$ } = this.job;
    // A subscription to an open gate would cost more than a small task.
    const waiting = jobAtOpen(gate$);
    if (waiting === undefined) {
      const run$ = new Observable<Settlements<unknown>>((opened) => {
        this.start(opened);
      });
      gate$
        .pipe(
          take(1),
          concatMap(() => run$),
          tap({
            unsubscribe: () => {
              this.unsubscribe();
            },
          }),
        )
        .subscribe(subscriber);
      return;
    }
    waiting.placed();
    if (waiting.admits()) this.start(subscriber);
    else subscriber.add(this);
  }

  /** Stops the running task, and drops the other items. Does nothing after the end of the run. */
  unsubscribe(): void {
    if (this.state === 'released') return;
    this.current?.abort();
    if (this.state === 'waiting') this.abandon();
    else this.state = 'cancelled';
  }

  private start(subscriber: Subscriber<Settlements<unknown>>): void {
    // Not a function, of which each run would have one of its own.
    subscriber.add(this);
    this.runFrom(0, subscriber);
  }

  /**
   * Runs the items from a position on. A plain loop while items settle synchronously, and a plain callback for a promise, since
   * a chain of operators would cost more than a small task.
   */
  private runFrom(start: number, subscriber: Subscriber<Settlements<unknown>>): void {
    const { length } = this.job.items;
    for (let position = start; position < length; position += 1) {
      const settlements$ = this.item$(position);
      if (isPromiseLike(settlements$)) {
        void settlements$.then((settlements) => {
          // Nobody waits for a run that was cancelled meanwhile.
          if (this.state === 'released') return;
          this.tell(settlements, subscriber);
          if (!subscriber.closed) this.runFrom(position + 1, subscriber);
        });
        return;
      }
      if (settlements$ instanceof Observable) {
        this.runLater(settlements$, position + 1, subscriber);
        return;
      }
      this.tell(settlements$, subscriber);
      if (subscriber.closed) return;
    }
    this.free();
    subscriber.complete();
  }

  private tell(settlements: Settlements<unknown>, subscriber: Subscriber<Settlements<unknown>>): void {
    this.pool.jobs.add(settlements);
    subscriber.next(settlements);
  }

  /** Runs an item that takes several steps, and those behind it. */
  private runLater(
    settlements$: Observable<Settlements<unknown>>,
    next: number,
    subscriber: Subscriber<Settlements<unknown>>,
  ): void {
    const free = (): void => {
      this.free();
    };
    const rest$ = range(next, this.job.items.length - next).pipe(concatMap((other) => this.later$(other)));
    subscriber.remove(this);
    concat(settlements$, rest$)
      .pipe(
        tap((settled) => {
          this.pool.jobs.add(settled);
        }),
        tap({
          complete: free,
          error: free,
          unsubscribe: () => {
            this.unsubscribe();
          },
        }),
      )
      .subscribe(subscriber);
  }

  private later$(position: number): Observable<Settlements<unknown>> {
    const settlements$ = this.item$(position);
    return settlements$ instanceof Observable || isPromiseLike(settlements$) ? from(settlements$) : of(settlements$);
  }

  /** The settlement of an item if it settles synchronously, otherwise a promise of it, or an Observable of its settlements. */
  private item$(position: number): Settled {
    if (this.slot.leftover !== undefined) return from(this.slot.leftover).pipe(concatMap(() => this.later$(position)));
    const { lifecycle } = this.pool;
    if (lifecycle.stopped) return lifecycle.refused$;

    const task = new LocalTask(indexAt(this.job, position), this.job.attempt);
    this.current = task;
    this.state = 'calling';
    const settlements$ = this.call$(position, task);
    if (this.isOffStack()) return settlements$;
    this.abandon();
    return EMPTY;
  }

  private call$(position: number, task: LocalTask): Settled {
    const { job, slot } = this;
    try {
      const call = (this.call ??= slot.callFor(job, this.loaded));
      const given = this.given(job.items[position]);
      const returned = runAsTask(task, call, given);
      const isLater = isPromiseLike(returned);
      if (isLater && job.timeout === undefined && !isIterator(returned))
        return awaitedItem(this.runningItem(position, task), returned);
      if (isLater || isIterator(returned)) return pendingItem$(this.runningItem(position, task), returned);
      this.current = undefined;
      return { from: position, values: [slot.handOver(returned)] };
    } catch (error) {
      this.current = undefined;
      return this.call === undefined && error instanceof TaskLoadError
        ? throwError(() => error)
        : failedItem(position, taskError(job, position, error));
    }
  }

  private runningItem(position: number, task: LocalTask): RunningItem {
    const { job, slot } = this;
    const settled = (): void => {
      this.current = undefined;
    };
    return { job, position, task, slot, settled };
  }

  /** The item as the task receives it: a clone if `transfer` is set, which moves some of its objects. */
  private given(item: unknown): unknown {
    const { transfer } = this.job;
    return transfer === undefined ? this.slot.handOver(item) : clone(item, [...transfer(item)]);
  }

  /** Notes that the task is off the stack. False if the run was cancelled meanwhile. */
  private isOffStack(): boolean {
    if (this.state !== 'calling') return false;
    this.state = 'waiting';
    return true;
  }

  /** Ends the run. A task that was told to stop keeps the slot until it has stopped, or the grace period is over. */
  private abandon(): void {
    const { current, slot, job } = this;
    const { graceMs = slot.graceMs, timeout = Infinity } = job;
    // A task that may run to its end keeps the slot until its timeout.
    if (current?.pending !== undefined) slot.keep(current.pending, Math.min(graceMs, timeout + slot.graceMs));
    this.free();
  }

  private free(): void {
    this.state = 'released';
    const { pool, slot } = this;
    pool.jobs.end(this.begunMs, nowMs());
    if (slot.leftover === undefined) pool.slots.release(slot);
    else
      void slot.leftover.then(() => {
        pool.slots.release(slot);
      });
  }
}
