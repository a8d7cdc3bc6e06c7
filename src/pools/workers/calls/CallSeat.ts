import { setTimeout } from '../../../platform/time/timers.ts';
import type { CodedError } from '../../../tasks/errors/CodedError.ts';
import type { ParallelError } from '../../../tasks/errors/errors.ts';
import type { CallEvents, CallTask, PoolCall } from '../../calls.ts';
import type { JobTally } from '../../shared/stats/JobTally.ts';
import { taskError, timeoutError } from '../../shared/itemErrors.ts';
import { timeoutGrace } from '../../shared/timeoutGrace.ts';
import { ANSWER, isFailure, type CallAnswer } from '../../wire/callMessages.ts';
import { sentError, unreadableError, unsendableError } from '../job/workerErrors.ts';
import type { WorkerClient, WorkerExit } from '../WorkerClient.ts';
import type { WorkerSlot } from '../WorkerSlot.ts';
import { jobOf } from './callErrors.ts';
import type { AnswerListener, CallLink } from './CallLink.ts';
import { linkOf } from './linkOf.ts';
import { CallStops } from './CallStops.ts';
import { CallTimeouts } from './CallTimeouts.ts';
import { AnswerMeter, CellMeter, type JoinSize, type WorkMeter } from './JoinSize.ts';
import { SentCall } from './SentCall.ts';
import { SentCalls } from './SentCalls.ts';

/** Milliseconds at least from the exit report of a worker to its exit: its exit handlers run, too. */
const EXIT_MS = 1000;

/** What a seat needs of its function. */
export interface SeatOwner {
  readonly task: CallTask;
  readonly events: CallEvents;
  readonly jobs: JobTally;
  /** The seat has no calls any more, or gives some back. */
  changed(seat: CallSeat): void;
  /** Calls have not begun, and are to go again, before all others. */
  giveBack(calls: readonly PoolCall[]): void;
  /** From now on each call goes alone: one could not be read, or sent, among others. */
  goAlone(): void;
  /** The worker of the seat has died, and all that it has sent has been heard. */
  lose(seat: CallSeat, exit: WorkerExit): void;
}

/** The calls that one worker has, of one function. */
export class CallSeat implements AnswerListener {
  readonly slot: WorkerSlot;
  readonly worker: WorkerClient;
  /** The calls that the worker has. */
  readonly sent: SentCalls;
  private readonly owner: SeatOwner;
  private readonly run: number;
  private readonly link: CallLink;
  private readonly stops: CallStops;
  private readonly timeouts: CallTimeouts;
  private readonly answerMeter = new AnswerMeter();
  private readonly meter: WorkMeter;

  /** @param run - The number by which the worker has the task ready. */
  constructor(owner: SeatOwner, slot: WorkerSlot, worker: WorkerClient, run: number) {
    this.owner = owner;
    this.slot = slot;
    this.worker = worker;
    this.run = run;
    this.link = linkOf(worker);
    this.link.listen(this);
    this.meter = this.link.cells === undefined ? this.answerMeter : new CellMeter(this.link.cells);
    this.sent = new SentCalls(this.link.cells);
    this.stops = new CallStops(slot, worker, this.sent);
    this.timeouts = new CallTimeouts(this.sent, (sent) => {
      this.timeOut(sent);
    });
  }

  /** Whether a call that is sent now begins at once. */
  get isFree(): boolean {
    return this.sent.size === 0 && this.room > 0;
  }

  /** How many calls may be sent. */
  get room(): number {
    if (this.stops.areOpen || this.worker.dead) return 0;
    return Math.min(this.link.roomBeside(this.sent.size), this.slot.remainingFor(this.worker));
  }

  /** Hears the answers again, of a worker that others have used meanwhile. False if it has the task no more. */
  reuse(): boolean {
    if (this.worker.dead || !this.worker.opened.has(this.run) || this.slot.remainingFor(this.worker) <= 0) return false;
    this.link.listen(this);
    this.meter.skip();
    return true;
  }

  /** Hears nothing more, for as long as others have the worker. */
  leave(): void {
    this.slot.addWork(this.meter.skip());
    this.link.leave(this);
  }

  /** Tells how long calls have worked. */
  measure(size: JoinSize): void {
    this.slot.addWork(this.meter.read(size));
  }

  /** Sends calls of one attempt. They are in no queue any more. */
  send(calls: readonly PoolCall[]): void {
    const { owner, link } = this;
    const [{ attempt }] = calls as [PoolCall];
    const message: unknown[] = [this.run, link.next, attempt];
    let transfers: Transferable[] | undefined;
    const isAlone = calls.length === 1;
    const { transfer } = owner.task;
    for (const call of calls) {
      if (transfer !== undefined)
        try {
          transfers = [...(transfers ?? []), ...(call.runInContext(() => transfer(call.item as never)) as never[])];
        } catch (error) {
          this.settle(call, taskError(jobOf(owner.task, call), 0, error));
          owner.changed(this);
          return;
        }
      message.push(call.index, call.item);
    }
    this.slot.give(this.worker, calls.length);
    for (const call of calls) {
      const number = link.take();
      this.sent.add(new SentCall(call, number, isAlone));
      owner.events.begin(call);
      if (call.timeoutMs !== undefined) this.timeouts.lookIn(call.timeoutMs);
    }
    try {
      link.send(message, transfers);
    } catch (reason) {
      this.unsent(calls, reason);
    }
  }

  /** Drops a call: takes it back if it has not begun, or tells its task to stop. */
  cancel(call: PoolCall): void {
    for (const sent of this.sent.all)
      if (sent.call === call) {
        if (this.takeBack(sent)) this.owner.changed(this);
        else this.stop(sent, this.graceMs);
        return;
      }
  }

  /** Gives back those that have not begun: the one that runs takes long. */
  giveBackPending(): void {
    this.stops.recall();
    const back: PoolCall[] = [];
    for (const sent of [...this.sent.all].reverse()) {
      if (!this.takeBack(sent)) break;
      if (!sent.isAbandoned) back.unshift(sent.call);
    }
    if (back.length > 0) this.owner.giveBack(back);
  }

  answer([number, value, kind, workedMs]: CallAnswer): void {
    if (kind === ANSWER.neverRan) {
      this.takeUnbegun(number, value as number);
      return;
    }
    const sent = this.sent.get(number);
    if (sent === undefined) return;
    const { call } = sent;
    const { events, task } = this.owner;
    const tookMs = this.sent.noteBegin();
    if (kind === ANSWER.yields) {
      sent.hasYielded ||= (value as readonly unknown[]).length > 0;
      events.yield(call, value as readonly unknown[], false);
      return;
    }
    this.remove(sent);
    this.owner.jobs.call(call.waitedMs, tookMs, isFailure(kind));
    if (workedMs !== undefined) this.answerMeter.note(workedMs);
    if (sent.failure !== undefined) events.retry(call, sent.failure);
    else if (kind === undefined) events.succeed(call, value);
    else if (kind === ANSWER.ended) events.yield(call, [], true);
    else {
      const thrown = value as CodedError;
      const kindOfError = kind === ANSWER.threw ? 'task' : 'clone';
      if (!sent.isAbandoned)
        this.settle(call, sentError(jobOf(task, call), 0, { at: 0, kind: kindOfError, thrown }), sent.hasYielded);
    }
    if (this.stops.areOpen) this.stopFirst();
    this.owner.changed(this);
  }

  refused(first: number): void {
    const lost = this.sent.all.filter(({ number }) => number >= first);
    for (const sent of lost) this.remove(sent);
    this.unsent(
      lost.map(({ call }) => call),
      new Error('it cannot be read there'),
      lost[0]?.isAlone === true,
    );
  }

  unreadable(reason: unknown): void {
    const sent = this.sent.first;
    if (sent === undefined) return;
    this.remove(sent);
    this.settle(sent.call, unreadableError(jobOf(this.owner.task, sent.call), 0, reason), true);
    this.owner.changed(this);
  }

  exiting(): void {
    setTimeout(
      () => {
        this.worker.kill();
      },
      Math.max(this.slot.graceMs, EXIT_MS),
    ).unref();
  }

  died(exit: WorkerExit): void {
    this.owner.lose(this, exit);
  }

  /** Takes all calls from a worker that has died. @returns those that ran, and those that had not begun. */
  takeAll(): { readonly blamed: readonly SentCall[]; readonly others: readonly PoolCall[] } {
    const { all } = this.sent;
    const blamed = all.filter((sent) => this.sent.hasBegun(sent));
    const others = all.filter((sent) => !blamed.includes(sent) && !sent.isAbandoned).map(({ call }) => call);
    for (const sent of all) this.remove(sent);
    this.slot.addWork(this.meter.skip());
    for (const { call } of blamed) this.owner.jobs.call(call.waitedMs, this.sent.noteBegin(), true);
    this.stopTimer();
    return { blamed: blamed.filter((sent) => !sent.isAbandoned || sent.failure !== undefined), others };
  }

  /** No call has to be looked at any more. */
  stopTimer(): void {
    this.timeouts.stop();
  }

  /** Fails a call, or has it tried again. */
  settle(call: PoolCall, error: ParallelError, isFinal = false): void {
    const { events } = this.owner;
    if (!isFinal && events.mayRetry(call, error)) events.retry(call, error);
    else events.fail(call, error);
  }

  private get graceMs(): number {
    return this.owner.task.graceMs ?? this.slot.graceMs;
  }

  /** The worker has dropped calls before they began. */
  private takeUnbegun(first: number, last: number): void {
    const dropped = this.sent.all.filter(({ number }) => number >= first && number <= last);
    for (const sent of dropped) this.remove(sent);
    const back = dropped.filter((sent) => !sent.isAbandoned).map(({ call }) => call);
    if (this.stops.areOpen) this.stopFirst();
    if (back.length > 0) this.owner.giveBack(back);
    this.owner.changed(this);
  }

  private takeBack(sent: SentCall): boolean {
    if (!this.sent.takeBack(sent)) return false;
    this.remove(sent);
    return true;
  }

  private remove(sent: SentCall): void {
    this.sent.delete(sent);
    this.stops.end(sent);
  }

  private unsent(calls: readonly PoolCall[], reason: unknown, isAlone = calls.length === 1): void {
    for (const sent of this.sent.all) if (calls.includes(sent.call)) this.remove(sent);
    if (isAlone) {
      const { owner, slot } = this;
      for (const call of calls) this.settle(call, unsendableError(jobOf(owner.task, call), 0, slot.launcher, reason));
    } else {
      this.owner.goAlone();
      this.owner.giveBack(calls);
    }
    this.owner.changed(this);
  }

  /** Tells the task of a call to stop, and ends the worker if it does not in time. */
  private stop(sent: SentCall, graceMs: number): void {
    if (this.stops.tell(sent)) this.giveBackPending();
    this.stops.bound(sent, graceMs);
  }

  /** One that was told to stop while it waited may have begun before it heard that. */
  private stopFirst(): void {
    const { first } = this.sent;
    if (first?.isStopped === true) this.stop(first, this.graceMs);
  }

  private timeOut(sent: SentCall): void {
    if (this.worker.dead) return;
    const { call } = sent;
    const { events, task } = this.owner;
    if (!sent.isAbandoned) {
      const error = timeoutError(jobOf(task, call), 0);
      // It is tried again when the worker is free.
      if (sent.failure === undefined && !sent.hasYielded && events.mayRetry(call, error)) sent.failure = error;
      else if (sent.failure === undefined) events.fail(call, error);
    }
    this.stop(sent, timeoutGrace(this.owner.task.graceMs, this.slot.graceMs));
  }
}
