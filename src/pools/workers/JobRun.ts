import { filter, firstValueFrom, race, ReplaySubject, type Observable } from 'rxjs';
import { nowMs } from '../../platform/nowMs.ts';
import { clearImmediate, clearTimeout, setImmediate, setTimeout } from '../../platform/timers.ts';
import { canCross } from '../wire/isCloneable.ts';
import type { ParallelError } from '../../tasks/errors/errors.ts';
import type { Closing } from '../shared/PoolLifecycle.ts';
import { Deaths } from './CrashPolicy.ts';
import { nameOf, taskError, timeoutError } from '../shared/itemErrors.ts';
import type { Gone, Listener, LiveWorker } from './WorkerClient.ts';
import type { Job, Settlements } from '../pool.ts';
import type { Dying } from '../wire/messages.ts';
import type { Slot } from './WorkerSlot.ts';
import { Stopwatch } from './Watchdog.ts';
import { crashError, deathError, sentError, unreadableError, unsendableError } from './workerErrors.ts';

/** Most yields asked for at once. */
const MOST_YIELDS = 1024;
/** What a task that listens to its signal needs to stop, in milliseconds. */
const MOSTLY_STOPPED_MS = 10;
/** What a worker needs to boot, more or less, in milliseconds. */
const BOOT_MS = 80;
/** What a worker that has said its last words is given to exit, at least, in milliseconds: its exit handlers run, too. */
const EXIT_MS = 1000;
/** Workers that may die one after the other with a batch of which nothing is heard, before one of its items is blamed. */
const MOST_SILENT = 3;

let lastBatch = 0;

/** Runs one job on a slot: in as few batches as its items allow. */
export class SlotRun {
  private readonly slot: Slot;
  private readonly job: Job<unknown>;
  private readonly closing: Closing;
  private readonly settled: (settlements: Settlements<unknown>) => void;
  private readonly awaited: () => boolean;
  /** The position of the first item that has not settled. */
  private position = 0;
  /** Where the next batch ends: before an item that has to go alone. */
  private limit: number;
  /** Whether the rest goes item by item, to find the one that kills workers. */
  private solo = false;
  private silent = 0;
  private readonly deaths: Deaths;
  private readonly cancelled$ = new ReplaySubject<undefined>(1);
  private readonly cancellation = firstValueFrom(this.cancelled$, { defaultValue: undefined });
  private unwanted = false;
  private live: LiveWorker | undefined;
  private batch = 0;
  /** Where the batch at work ends. */
  private end = 0;
  /** How many messages of that batch have come. */
  private messages = 0;
  private call: Promise<unknown> | undefined;
  private stopping: Promise<unknown> | undefined;
  /** Ends a worker that has said its last words, and does not die. */
  private deathbed: NodeJS.Timeout | undefined;
  /** Whether what the batch at work says is not wanted any more. */
  private deaf = false;
  /** Whether results come one by one, to find what cannot be read. */
  private careful = false;
  /** Whether the item at work has yielded. */
  private yielded = false;
  private dying: Dying | undefined;
  /** Milliseconds that the sending of items has taken. */
  private sentMs = 0;
  private readonly watch: Stopwatch | undefined;

  /** @param awaited - Whether somebody waits for the slot. */
  constructor(
    slot: Slot,
    job: Job<unknown>,
    closing: Closing,
    settled: (settlements: Settlements<unknown>) => void,
    awaited: () => boolean,
  ) {
    this.slot = slot;
    this.awaited = awaited;
    this.job = job;
    this.closing = closing;
    this.settled = settled;
    this.deaths = new Deaths(slot.bootTimeoutMs);
    this.limit = job.items.length;
    if (job.timeout !== undefined)
      this.watch = new Stopwatch(job.timeout, () => {
        this.tooLate();
      });
  }

  /** Resolves when the job is done, or cancelled, and the worker is free. Rejects where the whole run cannot go on. */
  async run(): Promise<void> {
    try {
      let startedAtMs: number | undefined;
      while (this.position < this.job.items.length && !this.cancelled()) {
        this.closing.check();
        // A worker boots on for the next job; this one need not wait for it.
        const live = await Promise.race([this.slot.ready(), this.cancellation]);
        if (live === undefined || this.cancelled()) break;
        if ('kind' in live) {
          this.bear(live, 'while it booted');
          continue;
        }
        this.live = live;
        const run = await this.ask(this.slot.open(live, this.job));
        if (this.cancelled()) break;
        if (typeof run === 'object') {
          this.bear(run, `while it loaded ${nameOf(this.job)}`);
          continue;
        }
        if (startedAtMs === undefined) {
          await this.unlessCancelled(this.job.gate$);
          if (this.cancelled()) break;
          startedAtMs = nowMs();
        }
        // It may have died, or the pool may be closing, while this waited.
        if (live.dead) continue;
        this.closing.check();
        await this.work(live, run);
      }
      if (!this.cancelled() && startedAtMs !== undefined)
        this.settled({
          from: this.position,
          values: [],
          tookMs: nowMs() - startedAtMs,
          sentMs: this.sentMs,
        });
    } finally {
      this.watch?.stop();
    }
  }

  /** Drops what has not started, and tells what has to stop. */
  cancel(): void {
    this.unwanted = true;
    this.watch?.stop();
    this.cancelled$.next(undefined);
    if (this.call !== undefined) this.stop();
  }

  private cancelled(): boolean {
    return this.unwanted;
  }

  /** Runs one batch to its end, and whatever its last item generates. */
  private async work(live: LiveWorker, run: number): Promise<void> {
    const first = this.position;
    const most = this.solo ? 1 : Math.min(this.limit - first, this.slot.leftFor(live));
    const items = this.job.items.slice(first, first + most);
    this.limit = this.job.items.length;
    this.live = live;
    this.deaf = false;
    this.dying = undefined;
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

    this.slot.give(live, items.length);
    const singly = this.careful || this.watch !== undefined;
    const hear = this.listener(first, singly || items.length === 1);
    this.watch?.start();
    const request = {
      run,
      batch: this.batch,
      first: this.job.first + first,
      attempt: this.job.attempt,
      items,
      singly,
    };
    const sentAtMs = nowMs();
    const call = live.call('batch', request, hear, transfers);
    this.sentMs += nowMs() - sentAtMs;
    let answer = await this.ask(call);
    if (answer.kind === 'unsendable') {
      this.setApart(items, answer.reason);
      return;
    }

    let messages = 0;
    for (
      let most = 8;
      answer.kind === 'answer' && answer.value.generating && this.hasHeard(messages) && !this.isDeaf();
      most = Math.min(2 * most, MOST_YIELDS)
    ) {
      messages = this.messages;
      this.watch?.stop();
      await this.unlessCancelled(this.job.flowing$.pipe(filter(Boolean)));
      if (this.cancelled()) {
        this.stop();
        await this.stopping;
        return;
      }
      this.watch?.start();
      answer = await this.ask(live.call('pull', { most, singly }, hear));
    }
    if (this.cancelled() || this.isDeaf()) return;
    if (answer.kind === 'gone') this.crashed(answer, items.length === 1);
    else if (this.position === first) await this.unsettled(live, items.length === 1);
  }

  /** Waits for the end of a call, and of what was done to stop it. */
  private async ask<T>(call: Promise<T>): Promise<T> {
    this.call = call;
    try {
      return await call;
    } finally {
      this.call = undefined;
      this.watch?.stop();
      await this.stopping;
      this.stopping = undefined;
      if (this.deathbed !== undefined) await this.live?.gone;
      clearTimeout(this.deathbed);
      this.deathbed = undefined;
    }
  }

  /** Tells the running batch to stop, and kills the worker if it does not in time. */
  private stop(): void {
    const { live, batch, call } = this;
    if (live === undefined || this.stopping !== undefined) return;
    let killed = false;
    let last: NodeJS.Immediate | undefined;
    const ahead = setTimeout(
      () => {
        if (this.awaited() || (!this.cancelled() && this.position < this.job.items.length)) this.slot.startNext();
      },
      Math.max(MOSTLY_STOPPED_MS, this.slot.graceMs - BOOT_MS),
    );
    const timer = setTimeout(() => {
      // Where this thread was blocked, what has come meanwhile is heard first.
      last = setImmediate(() => {
        killed = true;
        live.kill();
      });
    }, this.slot.graceMs);
    this.stopping = Promise.allSettled([live.call('stop', batch), call]).then(async () => {
      clearTimeout(ahead);
      clearTimeout(timer);
      clearImmediate(last);
      // An answer may have been on its way: the worker dies all the same, and nobody else may get it.
      if (killed) await live.gone;
      if (!live.dead) this.slot.keep(live);
    });
  }

  /** Whether more messages of the batch have come than so many. */
  private hasHeard(messages: number): boolean {
    return this.messages > messages;
  }

  private isDeaf(): boolean {
    return this.deaf;
  }

  private tooLate(): void {
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
    if (!ofOne && !this.yielded) this.careful = true;
    else if (this.position < this.end) this.fail(unreadableError(this.job, this.position, reason));
  }

  /** Hears no more of the batch at work, and stops it. */
  private abandon(): void {
    this.deaf = true;
    this.watch?.stop();
    this.stop();
  }

  /** @param ofOne - Whether a message is of one item: the first that has not settled. */
  private listener(first: number, ofOne: boolean): Listener {
    return (event) => {
      if (event.kind === 'dying') {
        this.dying = { ...event, at: first + event.at };
        this.deathbed = setTimeout(() => this.live?.kill(), Math.max(this.slot.graceMs, EXIT_MS));
        return;
      }
      if (event.kind === 'loading' || this.cancelled() || this.deaf) return;
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
      this.deaths.forget();
      this.yielded = yields?.ended === false;
      this.watch?.start();
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
  private setApart(items: readonly unknown[], reason: unknown): void {
    const crosses = canCross(this.slot.kind);
    const at = items.findIndex((item) => !crosses(item));
    if (items.length === 1) this.fail(unsendableError(this.job, this.position, this.slot.kind, reason));
    else if (at === -1) this.solo = true;
    else this.limit = this.position + Math.max(1, at);
  }

  /** Charges the item that was at work, where it is known; else lets the others go one by one. */
  private crashed(gone: Gone, alone: boolean): void {
    const known = this.dying?.at === this.position;
    if (this.position >= this.end) return;
    const { death, cause } = gone;
    // Without last words, and without a blow from outside, it may have been dead before the batch came, but not each time.
    // What was moved is gone with it, though.
    const silent = this.dying === undefined && this.messages === 0 && death.signal === undefined && cause === undefined;
    if (silent && this.job.transfer === undefined) {
      this.silent += 1;
      this.solo ||= this.silent === MOST_SILENT - 1;
      if (this.silent < MOST_SILENT) return;
    }
    // A generator that has yielded is never run again.
    if (!alone && !known && !this.yielded) {
      this.solo = true;
      return;
    }
    this.fail(crashError(this.job, this.position, gone));
  }

  /** Replaces a worker that has answered a batch, and settled none of it: what it sends is lost, and would be for ever. */
  private async unsettled(live: LiveWorker, alone: boolean): Promise<void> {
    live.kill();
    const death = await live.gone;
    this.silent += 1;
    this.solo ||= this.silent === MOST_SILENT - 1;
    if (this.silent < MOST_SILENT && this.job.transfer === undefined) return;
    const cause = new Error('it answered without a result');
    this.crashed({ kind: 'gone', death, cause, spoke: false, said: '', thread: this.slot.kind === 'thread' }, alone);
  }

  /** Lets a worker that died before it had the task ready be replaced, but not for ever. */
  private bear(gone: Gone, when: string): void {
    if (!this.deaths.bearable(gone)) throw deathError(when, gone);
  }

  private async unlessCancelled(signal$: Observable<unknown>): Promise<void> {
    await firstValueFrom(race(signal$, this.cancelled$), { defaultValue: undefined });
  }
}
