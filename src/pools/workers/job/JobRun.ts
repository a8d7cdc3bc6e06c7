import { nowMs } from '../../../platform/time/nowMs.ts';
import type { Job, Settlements } from '../../pool.ts';
import { nameOf } from '../../shared/itemErrors.ts';
import type { PoolLifecycle } from '../../shared/PoolLifecycle.ts';
import type { WorkerClient, WorkerExit } from '../WorkerClient.ts';
import type { WorkerSlot } from '../WorkerSlot.ts';
import { Batch, type BatchEnd, type JobParts } from './Batch.ts';
import { blame } from './blame.ts';
import { Cancellation } from './Cancellation.ts';
import { CrashPolicy } from './CrashPolicy.ts';
import { JobProgress } from './JobProgress.ts';
import { isResponsive } from '../boot/killIfUnresponsive.ts';
import { StoppableCalls } from './StoppableCalls.ts';
import { crashError, deathError, unsendableError } from './workerErrors.ts';

/** Runs one job on a slot, in as few batches as possible. */
export class JobRun {
  private readonly slot: WorkerSlot;
  private readonly job: Job<unknown>;
  private readonly lifecycle: PoolLifecycle;
  private readonly settled: (settlements: Settlements<unknown>) => void;
  private readonly parts: JobParts;
  private readonly crashPolicy: CrashPolicy;
  private batch: Batch | undefined;
  /** The position before which the next batch ends. The item there is sent alone. */
  private limit: number;
  /** Whether each item is sent alone, to find one that kills workers. */
  private oneByOne = false;
  /** Whether each result has a message of its own, to find one that cannot be read. */
  resultPerMessage = false;
  /** Whether the worker has to show that it begins the next batch. */
  tellsBegin = false;
  /** The number of consecutive silent batches; see {@link blame}. */
  private silent = 0;
  /** The time spent on sending items, in milliseconds. */
  private sentMs = 0;

  /** @param awaited - Whether another job waits for the slot. */
  constructor(
    slot: WorkerSlot,
    job: Job<unknown>,
    lifecycle: PoolLifecycle,
    settled: (settlements: Settlements<unknown>) => void,
    awaited: () => boolean,
  ) {
    this.slot = slot;
    this.job = job;
    this.lifecycle = lifecycle;
    this.settled = settled;
    this.crashPolicy = new CrashPolicy(slot.bootTimeoutMs);
    this.limit = job.items.length;
    const progress = new JobProgress(job, settled);
    const cancellation = new Cancellation();
    const calls = new StoppableCalls(slot, () => awaited() || (!cancellation.isCancelled() && !progress.isDone()));
    this.parts = { slot, job, progress, calls, cancellation };
  }

  /** Resolves when the job is done or cancelled, and the worker is free. Rejects if the whole run cannot go on. */
  async run(): Promise<void> {
    const { slot, job, lifecycle } = this;
    const { progress, calls, cancellation } = this.parts;
    let startedAtMs: number | undefined;
    while (!progress.isDone() && !cancellation.isCancelled()) {
      lifecycle.check();
      // A cancelled job does not wait for the boot, which goes on for the next job.
      const worker = await Promise.race([slot.ready(job.task), cancellation.promise]);
      if (worker === undefined || cancellation.isCancelled()) break;
      if ('kind' in worker) {
        this.tolerate(worker, 'while it booted');
        continue;
      }
      const run = await calls.ask(worker, slot.open(worker, job));
      if (cancellation.isCancelled()) break;
      if (typeof run === 'object') {
        this.tolerate(run, `while it loaded ${nameOf(job)}`);
        continue;
      }
      // The timeout of an item must not run while an earlier item blocks the worker, and moved objects cannot be sent again.
      const waitsForProof = slot.isUnproven && (job.timeout !== undefined || job.transfer !== undefined);
      if (waitsForProof && !(await calls.ask(worker, isResponsive(worker)))) continue;
      this.tellsBegin = slot.isUnproven && !waitsForProof;
      if (cancellation.isCancelled()) break;
      if (startedAtMs === undefined) {
        await cancellation.first(job.gate$);
        if (cancellation.isCancelled()) break;
        startedAtMs = nowMs();
      }
      // While this job waited, the worker may have died, or the pool may have begun to close.
      if (worker.dead) continue;
      lifecycle.check();
      await this.runBatch(worker, run);
    }
    if (!cancellation.isCancelled() && startedAtMs !== undefined)
      this.settled({ from: progress.position, values: [], tookMs: nowMs() - startedAtMs, sentMs: this.sentMs });
  }

  /** Drops the items that have not been sent, and stops the running call. */
  cancel(): void {
    const { cancellation, calls } = this.parts;
    cancellation.cancel();
    if (this.batch !== undefined) this.batch.cancel();
    else if (calls.isCalling()) void calls.stop();
  }

  /** Runs as many items as one batch may have, and decides how the rest is sent. */
  private async runBatch(worker: WorkerClient, run: number): Promise<void> {
    const { job, slot, parts } = this;
    const { position } = parts.progress;
    const max = this.oneByOne ? 1 : Math.min(this.limit - position, slot.remainingFor(worker));
    const items = job.items.slice(position, position + max);
    this.limit = job.items.length;
    const batch = new Batch(parts, worker, items, this);
    this.batch = batch;
    const end = await batch.run(run, (ms) => (this.sentMs += ms));
    this.batch = undefined;
    if (batch.hasSettled) {
      this.silent = 0;
      this.crashPolicy.reset();
    }
    if (!parts.cancellation.isCancelled()) await this.goOn(worker, batch, items, end);
  }

  private async goOn(worker: WorkerClient, batch: Batch, items: readonly unknown[], end: BatchEnd): Promise<void> {
    if (end.kind === 'over') return;
    if (end.kind === 'unreadable') {
      this.resultPerMessage = true;
      return;
    }
    if (end.kind === 'unsendable') {
      this.isolateUnsendable(items, end.reason);
      return;
    }
    if (end.kind === 'exit' && !batch.hasBegun) {
      this.tolerate(end, `before it ran ${nameOf(this.job)}`);
      return;
    }
    const exit = end.kind === 'exit' ? end : await this.endEmpty(worker);
    const { next, silent } = blame(batch.lost(end, this.silent));
    this.silent = silent;
    if (next === 'oneByOne') this.oneByOne = true;
    const { progress } = this.parts;
    if (next === 'blame') progress.fail(crashError(this.job, progress.position, exit));
  }

  /** Fails an item that cannot be sent. If it was sent with others, ends the next batch before it, so that it alone fails. */
  private isolateUnsendable(items: readonly unknown[], reason: unknown): void {
    const { launcher } = this.slot;
    const { progress } = this.parts;
    const at = items.findIndex((item) => !launcher.isCloneable(item));
    if (items.length === 1) progress.fail(unsendableError(this.job, progress.position, launcher, reason));
    else if (at === -1) this.oneByOne = true;
    else this.limit = progress.position + Math.max(1, at);
  }

  /** Kills a worker that has answered a batch without settling an item: its messages are lost, and would be lost again. */
  private async endEmpty(worker: WorkerClient): Promise<WorkerExit> {
    worker.kill();
    return {
      kind: 'exit',
      death: await worker.exited,
      cause: new Error('it answered without a result'),
      reportedExit: false,
      stderrTail: '',
      thread: this.slot.launcher.kind === 'thread',
    };
  }

  /** Lets another worker replace one that died before it had loaded the task, unless too many have died so. */
  private tolerate(exit: WorkerExit, when: string): void {
    if (!this.crashPolicy.tolerates(exit)) throw deathError(when, exit);
  }
}
