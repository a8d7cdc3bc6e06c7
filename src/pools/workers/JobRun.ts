import { filter, firstValueFrom, race, ReplaySubject, type Observable } from 'rxjs';
import { nowMs } from '../../platform/nowMs.ts';
import {
  clearImmediate,
  clearTimeout,
  setImmediate,
  setTimeout,
  type Immediate,
  type Timer,
} from '../../platform/timers.ts';
import type { ParallelError } from '../../tasks/errors/errors.ts';
import type { PoolLifecycle } from '../shared/PoolLifecycle.ts';
import { CrashPolicy } from './CrashPolicy.ts';
import { nameOf, taskError, timeoutError } from '../shared/itemErrors.ts';
import type { WorkerExit, Listener, WorkerClient } from './WorkerClient.ts';
import type { Job, Settlements } from '../pool.ts';
import type { ExitReport } from '../wire/messages.ts';
import type { WorkerSlot } from './WorkerSlot.ts';
import { Watchdog } from './Watchdog.ts';
import { crashError, deathError, sentError, unreadableError, unsendableError } from './workerErrors.ts';

/** Most yields asked for at once. */
const MAX_YIELDS = 1024;
/** What a task that listens to its signal needs to stop, in milliseconds. */
const USUALLY_STOPPED_MS = 10;
/** What a worker needs to boot, more or less, in milliseconds. */
const BOOT_MS = 80;
/** Milliseconds at least from the exit report of a worker to its exit: its exit handlers run, too. */
const EXIT_MS = 1000;
/** The number of workers that die one after the other with a batch, without a result, after which an item is blamed. */
const MAX_SILENT = 3;

let lastBatch = 0;

/** Runs one job on a slot: in as few batches as its items allow. */
export class JobRun {
  private readonly slot: WorkerSlot;
  private readonly job: Job<unknown>;
  private readonly lifecycle: PoolLifecycle;
  private readonly settled: (settlements: Settlements<unknown>) => void;
  private readonly awaited: () => boolean;
  /** The position of the first item that has not settled. */
  private position = 0;
  /** Where the next batch ends: before an item that has to go alone. */
  private limit: number;
  /** Whether the rest goes item by item, to find the one that kills workers. */
  private oneByOne = false;
  private silent = 0;
  private readonly crashPolicy: CrashPolicy;
  private readonly cancelled$ = new ReplaySubject<undefined>(1);
  private readonly cancellation = firstValueFrom(this.cancelled$, { defaultValue: undefined });
  private cancelled = false;
  private worker: WorkerClient | undefined;
  private batch = 0;
  /** Where the batch at work ends. */
  private end = 0;
  /** How many messages of that batch have come. */
  private messages = 0;
  private call: Promise<unknown> | undefined;
  private stopping: Promise<unknown> | undefined;
  /** Ends a worker that has reported its exit, and does not exit. */
  private exitTimer: Timer | undefined;
  /** Whether what the batch at work says is not wanted any more. */
  private ignoring = false;
  /** Whether results come one by one, to find what cannot be read. */
  private resultPerMessage = false;
  /** Whether the item at work has yielded. */
  private yielded = false;
  private exitReport: ExitReport | undefined;
  /** Milliseconds that the sending of items has taken. */
  private sentMs = 0;
  private readonly watchdog: Watchdog | undefined;

  /** @param awaited - Whether somebody waits for the slot. */
  constructor(
    slot: WorkerSlot,
    job: Job<unknown>,
    lifecycle: PoolLifecycle,
    settled: (settlements: Settlements<unknown>) => void,
    awaited: () => boolean,
  ) {
    this.slot = slot;
    this.awaited = awaited;
    this.job = job;
    this.lifecycle = lifecycle;
    this.settled = settled;
    this.crashPolicy = new CrashPolicy(slot.bootTimeoutMs);
    this.limit = job.items.length;
    if (job.timeout !== undefined)
      this.watchdog = new Watchdog(job.timeout, () => {
        this.timedOut();
      });
  }

  /** Resolves when the job is done, or cancelled, and the worker is free. Rejects where the whole run cannot go on. */
  async run(): Promise<void> {
    try {
      let startedAtMs: number | undefined;
      while (this.position < this.job.items.length && !this.isCancelled()) {
        this.lifecycle.check();
        // A worker boots on for the next job; this one need not wait for it.
        const worker = await Promise.race([this.slot.ready(), this.cancellation]);
        if (worker === undefined || this.isCancelled()) break;
        if ('kind' in worker) {
          this.tolerate(worker, 'while it booted');
          continue;
        }
        this.worker = worker;
        const run = await this.ask(this.slot.open(worker, this.job));
        if (this.isCancelled()) break;
        if (typeof run === 'object') {
          this.tolerate(run, `while it loaded ${nameOf(this.job)}`);
          continue;
        }
        if (startedAtMs === undefined) {
          await this.unlessCancelled(this.job.gate$);
          if (this.isCancelled()) break;
          startedAtMs = nowMs();
        }
        // It may have died, or the pool may be closing, while this waited.
        if (worker.dead) continue;
        this.lifecycle.check();
        await this.work(worker, run);
      }
      if (!this.isCancelled() && startedAtMs !== undefined)
        this.settled({
          from: this.position,
          values: [],
          tookMs: nowMs() - startedAtMs,
          sentMs: this.sentMs,
        });
    } finally {
      this.watchdog?.stop();
    }
  }

  /** Drops what has not started, and tells what has to stop. */
  cancel(): void {
    this.cancelled = true;
    this.watchdog?.stop();
    this.cancelled$.next(undefined);
    if (this.call !== undefined) this.stop();
  }

  private isCancelled(): boolean {
    return this.cancelled;
  }

  /** Runs one batch to its end, and whatever its last item generates. */
  private async work(worker: WorkerClient, run: number): Promise<void> {
    const first = this.position;
    const max = this.oneByOne ? 1 : Math.min(this.limit - first, this.slot.remainingFor(worker));
    const items = this.job.items.slice(first, first + max);
    this.limit = this.job.items.length;
    this.worker = worker;
    this.ignoring = false;
    this.exitReport = undefined;
    this.yielded = false;
    lastBatch += 1;
    this.batch = lastBatch;
    this.end = first + items.length;
    this.messages = 0;

    let transfers: readonly Transferable[] | undefined;
    try {
      const { transfer } = this.job;
      transfers = transfer && items.flatMap((item) => transfer(item));
    } catch (error) {
      this.fail(taskError(this.job, first, error));
      return;
    }

    this.slot.give(worker, items.length);
    const resultPerMessage = this.resultPerMessage || this.watchdog !== undefined;
    const receive = this.listener(first, resultPerMessage || items.length === 1);
    this.watchdog?.start();
    const request = {
      run,
      batch: this.batch,
      first: this.job.first + first,
      attempt: this.job.attempt,
      items,
      resultPerMessage,
    };
    const sentAtMs = nowMs();
    const call = worker.call('batch', request, receive, transfers);
    this.sentMs += nowMs() - sentAtMs;
    let answer = await this.ask(call);
    if (answer.kind === 'unsendable') {
      this.isolateUnsendable(items, answer.reason);
      return;
    }

    let messages = 0;
    for (
      let max = 8;
      answer.kind === 'answer' && answer.value.generating && this.hasReceived(messages) && !this.isIgnoring();
      max = Math.min(2 * max, MAX_YIELDS)
    ) {
      messages = this.messages;
      this.watchdog?.stop();
      await this.unlessCancelled(this.job.flowing$.pipe(filter(Boolean)));
      if (this.isCancelled()) {
        this.stop();
        await this.stopping;
        return;
      }
      this.watchdog?.start();
      answer = await this.ask(worker.call('pull', { max, resultPerMessage }, receive));
    }
    if (this.isCancelled() || this.isIgnoring()) return;
    if (answer.kind === 'exit') this.crashed(answer, items.length === 1);
    else if (this.position === first) await this.unsettled(worker, items.length === 1);
  }

  /** Waits for the end of a call, and of what was done to stop it. */
  private async ask<T>(call: Promise<T>): Promise<T> {
    this.call = call;
    try {
      return await call;
    } finally {
      this.call = undefined;
      this.watchdog?.stop();
      await this.stopping;
      this.stopping = undefined;
      if (this.exitTimer !== undefined) await this.worker?.exited;
      clearTimeout(this.exitTimer);
      this.exitTimer = undefined;
    }
  }

  /** Tells the running batch to stop, and kills the worker if it does not in time. */
  private stop(): void {
    const { worker, batch, call } = this;
    if (worker === undefined || this.stopping !== undefined) return;
    let killed = false;
    let immediate: Immediate | undefined;
    const ahead = setTimeout(
      () => {
        if (this.awaited() || (!this.isCancelled() && this.position < this.job.items.length)) this.slot.startNext();
      },
      Math.max(USUALLY_STOPPED_MS, this.slot.graceMs - BOOT_MS),
    );
    const timer = setTimeout(() => {
      // Where this thread was blocked, messages that came meanwhile are received first.
      immediate = setImmediate(() => {
        killed = true;
        worker.kill();
      });
    }, this.slot.graceMs);
    this.stopping = Promise.allSettled([worker.call('stop', batch), call]).then(async () => {
      clearTimeout(ahead);
      clearTimeout(timer);
      clearImmediate(immediate);
      // An answer may have been on its way: the worker dies all the same, and nobody else may get it.
      if (killed) await worker.exited;
      if (!worker.dead) this.slot.keep(worker);
    });
  }

  /** Whether more messages of the batch have come than so many. */
  private hasReceived(messages: number): boolean {
    return this.messages > messages;
  }

  private isIgnoring(): boolean {
    return this.ignoring;
  }

  private timedOut(): void {
    if (this.call === undefined) return;
    // All has settled, but the worker does not come back.
    if (this.position >= this.end) {
      this.stop();
      return;
    }
    this.abandon();
    this.fail(timeoutError(this.job, this.position));
  }

  /** Something has come that cannot be read: the rest of the batch runs again, with a message for each result, to find it. */
  private unreadable(reason: unknown, ofOne: boolean): void {
    this.abandon();
    // A generator that has yielded is never run again, and no message is of its end and of other items.
    if (!ofOne && !this.yielded) this.resultPerMessage = true;
    else if (this.position < this.end) this.fail(unreadableError(this.job, this.position, reason));
  }

  /** Hears no more of the batch at work, and stops it. */
  private abandon(): void {
    this.ignoring = true;
    this.watchdog?.stop();
    this.stop();
  }

  /** @param ofOne - Whether a message is of one item: the first that has not settled. */
  private listener(first: number, ofOne: boolean): Listener {
    return (event) => {
      if (event.kind === 'exitReport') {
        this.exitReport = { ...event, at: first + event.at };
        this.exitTimer = setTimeout(() => this.worker?.kill(), Math.max(this.slot.graceMs, EXIT_MS));
        return;
      }
      if (event.kind === 'loading' || this.isCancelled() || this.ignoring) return;
      this.messages += 1;
      if (event.kind === 'unreadable') {
        this.unreadable(event.reason, ofOne);
        return;
      }
      const { from, values, errors, yields } = event;
      // Something before it is missing: all from there on will be asked for again.
      if (first + from !== this.position) return;
      this.position = first + from + values.length + (yields?.ended === true ? 1 : 0);
      this.silent = 0;
      this.crashPolicy.reset();
      this.yielded = yields?.ended === false;
      this.watchdog?.start();
      this.settled({
        from: first + from,
        values,
        ...(errors === undefined
          ? {}
          : {
              errors: errors.map((error) => [error.at, sentError(this.job, first + from + error.at, error)] as const),
            }),
        ...(yields === undefined ? {} : { yields }),
      });
    };
  }

  /** Settles the item at work with an error. */
  private fail(error: ParallelError): void {
    const from = this.position;
    this.position += 1;
    this.settled({ from, values: [undefined], errors: [[0, error]] });
  }

  /** Sees to it that an item that cannot be sent goes alone, and fails alone. */
  private isolateUnsendable(items: readonly unknown[], reason: unknown): void {
    const { launcher } = this.slot;
    const at = items.findIndex((item) => !launcher.isCloneable(item));
    if (items.length === 1) this.fail(unsendableError(this.job, this.position, launcher, reason));
    else if (at === -1) this.oneByOne = true;
    else this.limit = this.position + Math.max(1, at);
  }

  /** Blames the item that was running, where it is known; else the others run one by one. */
  private crashed(exit: WorkerExit, isSingle: boolean): void {
    const known = this.exitReport?.at === this.position;
    if (this.position >= this.end) return;
    const { death, cause } = exit;
    // No exit report and no signal: the worker may have died before it received the batch. After three in a row the item is
    // blamed. Moved items are lost with the worker, though.
    const silent =
      this.exitReport === undefined && this.messages === 0 && death.signal === undefined && cause === undefined;
    if (silent && this.job.transfer === undefined) {
      this.silent += 1;
      this.oneByOne ||= this.silent === MAX_SILENT - 1;
      if (this.silent < MAX_SILENT) return;
    }
    // A generator that has yielded is never run again.
    if (!isSingle && !known && !this.yielded) {
      this.oneByOne = true;
      return;
    }
    this.fail(crashError(this.job, this.position, exit));
  }

  /** Replaces a worker that has answered a batch, and settled none of it: what it sends is lost, and would be for ever. */
  private async unsettled(worker: WorkerClient, isSingle: boolean): Promise<void> {
    worker.kill();
    const death = await worker.exited;
    this.silent += 1;
    this.oneByOne ||= this.silent === MAX_SILENT - 1;
    if (this.silent < MAX_SILENT && this.job.transfer === undefined) return;
    const cause = new Error('it answered without a result');
    this.crashed(
      { kind: 'exit', death, cause, reportedExit: false, stderrTail: '', thread: this.slot.launcher.kind === 'thread' },
      isSingle,
    );
  }

  /** Lets a worker that died before it had the task ready be replaced, but not for ever. */
  private tolerate(exit: WorkerExit, when: string): void {
    if (!this.crashPolicy.tolerates(exit)) throw deathError(when, exit);
  }

  private async unlessCancelled(signal$: Observable<unknown>): Promise<void> {
    await firstValueFrom(race(signal$, this.cancelled$), { defaultValue: undefined });
  }
}
