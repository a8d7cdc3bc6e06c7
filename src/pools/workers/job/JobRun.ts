import { nowMs } from '../../../platform/time/nowMs.ts';
import { jobAtOpen } from '../../../util/rx/jobGate.ts';
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
import { crashError, deathError, loadError, loadTimeout, unsendableError } from './workerErrors.ts';

type Prepared = ReturnType<WorkerSlot['prepare']>;

/**
 * The longest time of a message that is not counted as that of its items, in milliseconds: one takes 0.6 on an idle machine, and
 * several where this thread and the workers share cores. Any further time is due to the size of the results.
 */
const MESSAGE_MS = 5;

/** Runs one job on a slot, in as few batches as possible. */
export class JobRun {
  private readonly slot: WorkerSlot;
  private readonly job: Job<unknown>;
  private readonly lifecycle: PoolLifecycle;
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
  /** When the first batch was sent, or began, if it had to load the task first. */
  private startedAtMs: number | undefined;
  /** Whether the task may be loaded by the message of the items; see {@link open}. */
  private mayJoin: boolean;

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
    this.crashPolicy = new CrashPolicy(slot.bootTimeoutMs);
    this.limit = job.items.length;
    // Objects that have been moved to a worker that dies while it loads the task could not be sent again. Where starts are
    // spaced, an item starts when its task is loaded.
    this.mayJoin = job.transfer === undefined && jobAtOpen(job.gate$) !== undefined;
    const progress = new JobProgress(job, settled);
    const cancellation = new Cancellation();
    const calls = new StoppableCalls(slot, () => awaited() || (!cancellation.isCancelled() && !progress.isDone()));
    this.parts = { slot, job, progress, calls, cancellation };
  }

  /**
   * Resolves when the job is done, with its last message, or cancelled, and the worker is free. Rejects if the whole run cannot
   * go on.
   */
  async run(): Promise<Settlements<unknown> | undefined> {
    const { slot, job, lifecycle } = this;
    const { progress, calls, cancellation } = this.parts;
    while (!progress.isDone() && !cancellation.isCancelled()) {
      lifecycle.check();
      // A cancelled job does not wait for the boot, which goes on for the next job.
      const worker = await Promise.race([slot.ready(job.task), cancellation.promise]);
      if (worker === undefined || cancellation.isCancelled()) break;
      if ('kind' in worker) {
        this.tolerate(worker, 'while it booted');
        continue;
      }
      const open = await this.open(worker);
      if (cancellation.isCancelled()) break;
      if (open === undefined) continue;
      // The timeout of an item must not run while an earlier item blocks the worker, and moved objects cannot be sent again.
      const waitsForProof = slot.isUnproven && (job.timeout !== undefined || job.transfer !== undefined);
      if (waitsForProof && !(await calls.ask(worker, isResponsive(worker)))) continue;
      this.tellsBegin = slot.isUnproven && !waitsForProof;
      if (cancellation.isCancelled()) break;
      if (this.startedAtMs === undefined) {
        await this.passGate();
        if (cancellation.isCancelled()) break;
        this.startedAtMs = nowMs();
      }
      // While this job waited, the worker may have died, or the pool may have begun to close.
      if (worker.dead) continue;
      lifecycle.check();
      await this.runBatch(worker, open);
    }
    return cancellation.isCancelled() ? undefined : progress.end(this.times());
  }

  /** Drops the items that have not been sent, and stops the running call. */
  cancel(): void {
    const { cancellation, calls } = this.parts;
    cancellation.cancel();
    if (this.batch !== undefined) this.batch.cancel();
    else if (calls.isCalling()) void calls.stop();
  }

  /** The time of the job, without that of a message, which would be the same for any number of items. */
  private times(): Pick<Settlements<unknown>, 'tookMs' | 'sentMs'> {
    if (this.startedAtMs === undefined) return {};
    const { workedMs, sentMs } = this.parts.progress;
    const allMs = nowMs() - this.startedAtMs;
    // The worker reads the items, and sends results, in about the time that sending the items takes.
    const itemsMs = workedMs + 2 * sentMs;
    return { tookMs: Math.max(Math.min(itemsMs, allMs), allMs - MESSAGE_MS), sentMs };
  }

  /** Waits until the run may start this job, or the job is cancelled. */
  private async passGate(): Promise<void> {
    const { job, parts } = this;
    const waiting = jobAtOpen(job.gate$);
    if (waiting === undefined) {
      await parts.cancellation.first(job.gate$);
      return;
    }
    waiting.placed();
    if (!waiting.admits()) await parts.cancellation.promise;
  }

  /**
   * Sees that a worker has the task, or that its first batch loads it: then they need not wait for each other. Where that
   * batch ends without a result, the next one waits, so that the reason is found.
   *
   * @returns undefined if the worker has died.
   */
  private async open(worker: WorkerClient): Promise<Prepared | undefined> {
    const { slot, job, parts } = this;
    if (this.mayJoin) {
      this.mayJoin = false;
      return slot.prepare(worker, job);
    }
    const run = await parts.calls.ask(worker, slot.open(worker, job));
    if (typeof run === 'number') return { run, request: undefined };
    if (!parts.cancellation.isCancelled()) this.tolerate(run, `while it loaded ${nameOf(job)}`);
    return undefined;
  }

  /** Runs as many items as one batch may have, and decides how the rest is sent. */
  private async runBatch(worker: WorkerClient, { run, request }: Prepared): Promise<void> {
    const { job, slot, parts } = this;
    const { position } = parts.progress;
    const max = this.oneByOne ? 1 : Math.min(this.limit - position, slot.remainingFor(worker));
    const items = job.items.slice(position, position + max);
    this.limit = job.items.length;
    const { resultPerMessage, tellsBegin } = this;
    const batch = new Batch(parts, worker, items, { resultPerMessage, tellsBegin, open: request });
    this.batch = batch;
    const end = await batch.run(run);
    this.batch = undefined;
    if (batch.loads) this.restartClock(batch.begunAtMs);
    if (batch.hasSettled) {
      this.silent = 0;
      this.crashPolicy.reset();
    }
    if (!parts.cancellation.isCancelled()) await this.goOn(worker, batch, items, end);
  }

  /** Counts the time of the job from the begin of the batch that loads its task, or from the next batch if it did not begin. */
  private restartClock(begunAtMs: number | undefined): void {
    const { progress } = this.parts;
    if (begunAtMs === undefined) progress.sentMs = 0;
    this.startedAtMs = begunAtMs === undefined ? undefined : begunAtMs - progress.sentMs;
  }

  private async goOn(worker: WorkerClient, batch: Batch, items: readonly unknown[], end: BatchEnd): Promise<void> {
    const { job, slot } = this;
    if (end.kind === 'over') return;
    if (end.kind === 'notLoaded') throw loadError(end.value);
    if (end.kind === 'loadTimeout') throw loadTimeout(job, slot.bootTimeoutMs);
    if (end.kind === 'unreadable') {
      this.resultPerMessage = batch.hasBegun;
      return;
    }
    if (end.kind === 'unsendable') {
      // It may be the arguments: the task is loaded alone then.
      if (!batch.loads) this.isolateUnsendable(items, end.reason);
      return;
    }
    if (end.kind === 'exit' && !batch.hasBegun) {
      this.tolerate(end, `${batch.loads ? 'while it loaded' : 'before it ran'} ${nameOf(job)}`);
      return;
    }
    const exit = end.kind === 'exit' ? end : await this.endEmpty(worker);
    const { next, silent } = blame(batch.factsOf(end, this.silent));
    this.silent = silent;
    if (next === 'oneByOne') this.oneByOne = true;
    const { progress } = this.parts;
    if (next === 'blame') progress.fail(crashError(job, progress.position, exit));
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
      stderrReason: undefined,
      thread: this.slot.launcher.kind === 'thread',
    };
  }

  /** Lets another worker replace one that died before it had loaded the task, unless too many have died so. */
  private tolerate(exit: WorkerExit, when: string): void {
    if (!this.crashPolicy.tolerates(exit)) throw deathError(when, exit);
  }
}
