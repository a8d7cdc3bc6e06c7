import { defer, lastValueFrom, mergeMap, Observable, take } from 'rxjs';
import { runInRootContext, type RunInContext } from '../../platform/context/asyncContext.ts';
import { outOfContext } from '../../util/rx/outOfContext.ts';
import { jobAt } from '../../util/rx/jobGate.ts';
import { PoolLifecycle } from '../shared/PoolLifecycle.ts';
import type { CloseConfig, Job, Pool, Settlements } from '../pool.ts';
import { drainMsOf } from '../shared/drainMsOf.ts';
import type { SlotSettings } from './config/resolveSettings.ts';
import { WorkerSlot } from './WorkerSlot.ts';
import { JobRun } from './job/JobRun.ts';
import { setCallTally } from '../calls.ts';
import { nowMs } from '../../platform/time/nowMs.ts';
import { JobTally } from '../shared/stats/JobTally.ts';
import { talliedJob } from '../shared/stats/talliedJob.ts';
import type { CallLoad, StatsParts } from './stats/slotStats.ts';
import { WorkerTally } from './stats/WorkerTally.ts';
import { OPEN_GATE$ } from '../../util/rx/startGate.ts';
import { setCallHost } from './calls/callHosts.ts';
import type { OpenedRun } from './OpenTasks.ts';
import { WorkerReserve } from './WorkerReserve.ts';
import { poolName } from '../shared/poolName.ts';
import { slotsReady$ } from './boot/slotsReady.ts';
import { SlotQueue } from '../shared/SlotQueue.ts';

/** The time of a chunk while others wait, in milliseconds: that with which each run begins. */
const SHORT_CHUNK_MS = 25;

/**
 * A pool of workers, one in each slot. A worker outlives the run that starts it, so workers, their timers and their promises
 * use the root async context. The results of a job are emitted in the async context in which the job was subscribed to.
 */
export class SlotPool implements Pool {
  readonly sends = true;
  readonly stopsAtCrash = true;
  /** What its figures are read from. */
  readonly parts: StatsParts;
  private readonly slots: SlotQueue<WorkerSlot>;
  private readonly lifecycle: PoolLifecycle;
  private readonly gate$: Observable<unknown>;
  private readonly graceMs: number;
  private readonly jobs = new JobTally();
  /** The functions that have calls here. */
  private readonly loads = new Set<CallLoad>();

  /** @param gate$ - Keeps the minimum time between two starts on the pool. */
  constructor(workers: number, gate$: Observable<unknown>, settings: SlotSettings) {
    this.graceMs = settings.graceMs;
    const { launcher, name, minWorkers } = settings;
    this.lifecycle = new PoolLifecycle(`${poolName(name)} of ${launcher.kind} workers`);
    this.gate$ = gate$;
    this.slots = new SlotQueue(workers, () => new WorkerSlot(settings, undefined, reserve, this.parts.workers));
    this.parts = {
      ...{ name, kind: launcher.kind, slots: this.slots, jobs: this.jobs },
      ...{ workers: new WorkerTally(), loads: this.loads },
    };
    const reserve = new WorkerReserve(minWorkers, this.slots, () => !this.lifecycle.begun);
    reserve.fill();
    setCallTally(this, this.jobs);
    // Direct calls pass no gate. If the pool has a pause between starts, each call runs as a job.
    if (gate$ !== OPEN_GATE$) return;
    const { slots, lifecycle, jobs, loads } = this;
    setCallHost(this, { slots, lifecycle, jobs, loads, ready: (run) => this.ready(run) });
  }

  get size(): number {
    return this.slots.size;
  }

  /** The time that a chunk should take, in milliseconds: short while another job waits for a worker. */
  get chunkMs(): number | undefined {
    return this.slots.waitingCount > 0 ? SHORT_CHUNK_MS : undefined;
  }

  get closed$(): Observable<never> {
    return this.lifecycle.closed$;
  }

  get draining$(): Observable<unknown> {
    return this.lifecycle.draining$;
  }

  /** Changes the maximum number of running workers. Surplus workers end after they have idled for `idleMs`. */
  resize(workers: number): void {
    runInRootContext(() => {
      this.slots.resize(workers);
    });
  }

  run$<In, Out>(job: Job<In>): Observable<Settlements<Out>> {
    const work$ = defer(() => {
      const askedMs = nowMs();
      return this.slots
        .acquire$(job.priority)
        .pipe(mergeMap((slot) => this.work$(slot, job as Job<unknown>).pipe(talliedJob(this.jobs, askedMs, nowMs))));
    });
    return this.lifecycle.guard$(work$ as Observable<Settlements<Out>>, job.ended$).pipe(outOfContext());
  }

  async ready(run?: OpenedRun): Promise<void> {
    const ready$ = this.lifecycle.guard$(slotsReady$(this.slots, run));
    await runInRootContext(() => lastValueFrom(ready$, { defaultValue: undefined }));
  }

  async close(config?: CloseConfig): Promise<void> {
    await this.lifecycle.close(this.graceMs, drainMsOf(config));
    const { refusal } = this.lifecycle;
    await runInRootContext(() => Promise.all(this.slots.all.map((slot) => slot.close(refusal))));
  }

  /** A gate that opens after that of the run, and for one job after the other. */
  private spaced$(gate$: Observable<unknown>): Observable<unknown> {
    return gate$.pipe(
      take(1),
      mergeMap(() => this.gate$),
    );
  }

  private work$(slot: WorkerSlot, job: Job<unknown>): Observable<Settlements<unknown>> {
    return new Observable((subscriber) => {
      // The run learns now that the job has a worker: `gate$` is subscribed to only after the worker has booted.
      jobAt(job.gate$)?.placed();
      const run = new JobRun(
        slot,
        this.gate$ === OPEN_GATE$ ? job : { ...job, gate$: this.spaced$(job.gate$) },
        this.lifecycle,
        (settlements) => {
          subscriber.next(settlements);
        },
        () => this.slots.awaited,
      );
      const release = (): void => {
        slot.pause();
        this.slots.release(slot);
      };

      // The last results and the end in one call, since Angular looks for changes after each call into its zone.
      const enter = job.runInContext ?? runInPlace;
      slot.begin();
      run.run().then(
        (last) => {
          enter(() => {
            // Before the slot is free, so that a run learns the time of its chunk while it is known whether others wait.
            if (last !== undefined) subscriber.next(last);
            runInRootContext(release);
            subscriber.complete();
          });
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

const runInPlace: RunInContext = (call) => call();
