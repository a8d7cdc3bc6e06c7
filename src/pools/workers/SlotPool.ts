import { mergeMap, Observable, take } from 'rxjs';
import { runInRootContext } from '../../platform/asyncContext.ts';
import { inContext } from '../../util/rx/inContext.ts';
import { jobAt } from '../../util/rx/jobGate.ts';
import { Closing } from '../shared/PoolLifecycle.ts';
import type { Job, Pool, Settlements } from '../pool.ts';
import { Slot, type SlotSettings } from './WorkerSlot.ts';
import { SlotRun } from './JobRun.ts';
import { Slots } from '../shared/SlotQueue.ts';

/**
 * A pool of workers, one in each slot. Workers, their timers and all that is waited for belong to no run: they begin in the
 * root context, since a worker outlives the run that starts it. What comes of a job is emitted where the job was subscribed to.
 */
export class SlotPool implements Pool {
  readonly sends = true;
  private readonly slots: Slots<Slot>;
  private readonly closing: Closing;
  private readonly gate$: Observable<unknown>;
  private readonly graceMs: number;

  /** @param gate$ - Spaces the starts on the pool. */
  constructor(workers: number, gate$: Observable<unknown>, settings: SlotSettings) {
    this.graceMs = settings.graceMs;
    this.closing = new Closing(`this pool of ${settings.kind} workers`);
    this.gate$ = gate$;
    this.slots = new Slots(workers, () => new Slot(settings));
  }

  get size(): number {
    return this.slots.size;
  }

  get closed$(): Observable<never> {
    return this.closing.closed$;
  }

  /** Changes the number of workers that may be at work at once. Those that are too many end when they have idled. */
  resize(workers: number): void {
    runInRootContext(() => {
      this.slots.resize(workers);
    });
  }

  run$<In, Out>(job: Job<In>): Observable<Settlements<Out>> {
    const work$ = this.slots.acquire$.pipe(mergeMap((slot) => this.work$(slot, job as Job<unknown>)));
    return this.closing.guard$(work$ as Observable<Settlements<Out>>).pipe(inContext(runInRootContext), inContext());
  }

  async close(): Promise<void> {
    await this.closing.close(this.graceMs);
    await runInRootContext(() => Promise.all(this.slots.all.map((slot) => slot.end())));
  }

  private work$(slot: Slot, job: Job<unknown>): Observable<Settlements<unknown>> {
    return new Observable((subscriber) => {
      // Its worker may have to start first, for which no generator goes on.
      jobAt(job.gate$)?.placed();
      const gate$ = job.gate$.pipe(
        take(1),
        mergeMap(() => this.gate$),
      );
      const run = new SlotRun(
        slot,
        { ...job, gate$ },
        this.closing,
        (settlements) => {
          subscriber.next(settlements);
        },
        () => this.slots.awaited,
      );
      const release = (): void => {
        slot.pause();
        this.slots.release(slot);
      };

      slot.begin();
      run.run().then(
        () => {
          release();
          subscriber.complete();
        },
        (error: unknown) => {
          release();
          subscriber.error(error);
        },
      );
      return () => {
        run.cancel();
      };
    });
  }
}
