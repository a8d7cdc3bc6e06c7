import { afterMicrotask } from '../../../platform/time/afterMicrotasks.ts';
import { runInRootContext } from '../../../platform/context/asyncContext.ts';
import { setTimeout, type Timer } from '../../../platform/time/timers.ts';
import type { CallEvents, CallRunner, CallTask, PoolCall } from '../../calls.ts';
import type { JobTally } from '../../shared/stats/JobTally.ts';
import type { CallLoad } from '../stats/slotStats.ts';
import type { PoolLifecycle } from '../../shared/PoolLifecycle.ts';
import type { SlotQueue, SlotRequest } from '../../shared/SlotQueue.ts';
import type { WorkerSlot } from '../WorkerSlot.ts';
import { CallSeat, type SeatOwner } from './CallSeat.ts';
import { readyWorker } from '../boot/readyWorker.ts';
import type { WorkerExit } from '../WorkerClient.ts';
import { HeldSeats } from './HeldSeats.ts';
import { JoinSize } from './JoinSize.ts';
import { CrashBlame } from './CrashBlame.ts';

/** How often it is looked whether a call that others wait for takes long, in milliseconds; and what long is. */
const WATCH_MS = 2;

/** The pool whose workers run calls. */
export interface CallPool {
  readonly slots: SlotQueue<WorkerSlot>;
  readonly lifecycle: PoolLifecycle;
  readonly jobs: JobTally;
  /** The functions that have calls on the pool. */
  readonly loads: Set<CallLoad>;
  ready(run: CallTask): Promise<void>;
}

/**
 * Sends the calls of one function past jobs: to a worker that is free at once, and several in one message where they wait.
 * A worker is held for as long as there are calls, unless others wait for it.
 */
export class DirectCalls implements CallRunner, SeatOwner, CallLoad {
  readonly task: CallTask;
  readonly events: CallEvents;
  private readonly pool: CallPool;
  private readonly joinSize = new JoinSize();
  private readonly crashBlame: CrashBlame;
  private readonly held: HeldSeats;
  private readonly changedSeats = new Set<CallSeat>();
  private request: SlotRequest<WorkerSlot> | undefined;
  private watch: Timer | undefined;
  private joins: boolean;

  constructor(pool: CallPool, task: CallTask, events: CallEvents) {
    this.pool = pool;
    this.task = task;
    this.events = events;
    this.crashBlame = new CrashBlame(task, events);
    this.held = new HeldSeats(
      pool,
      events.queue,
      (error) => {
        this.close(error);
      },
      this,
    );
    this.joins = task.transfer === undefined;
  }

  get needsContext(): boolean {
    return this.task.transfer !== undefined;
  }

  get refusal(): Error | undefined {
    return this.pool.lifecycle.refusal;
  }

  get surplus(): number {
    let surplus = -this.held.preparing - this.pool.slots.freeCount;
    for (const { sent, isFree } of this.held.seats) surplus += isFree ? -1 : Math.max(0, sent.size - 1);
    return surplus;
  }

  get running(): number {
    return this.held.seats.filter(({ sent }) => sent.isRunning).length;
  }

  get waitingNow(): number {
    return this.events.queue.size + this.pending.length - (this.request === undefined ? 0 : 1);
  }

  get jobs(): JobTally {
    return this.pool.jobs;
  }

  get pending(): readonly PoolCall[] {
    return this.held.seats.flatMap(({ sent }) => sent.pending);
  }

  poke(): void {
    const { queue } = this.events;
    while (queue.size > 0) {
      // A worker that others wait for is about to be given back.
      const seat = this.yields(queue.first as PoolCall) ? undefined : (this.held.free ?? this.takeSlot());
      if (seat === undefined) break;
      if (queue.size === 1) seat.send([queue.take() as PoolCall]);
      // A worker that has just ended its calls is given several together, in a moment.
      else if (this.changedSeats.has(seat)) break;
      else this.fill(seat);
    }
    this.acquire();
  }

  takeAll(): void {
    // The pool can be held, and runs those that wait here.
  }

  cancel(call: PoolCall): void {
    for (const seat of this.held.seats) seat.cancel(call);
    if (this.events.queue.size === 0) this.withdraw();
    this.held.rest();
  }

  ready(): Promise<void> {
    return this.pool.ready(this.task);
  }

  end(): void {
    this.withdraw();
    this.held.end();
  }

  /** In a microtask, so that what its last caller calls next is in the queue. */
  changed(seat: CallSeat): void {
    if (this.changedSeats.has(seat)) return;
    this.changedSeats.add(seat);
    afterMicrotask(() => {
      this.changedSeats.delete(seat);
      if (!this.held.hasSeat(seat) || seat.sent.size > 0) return;
      const { first } = this.events.queue;
      if (first !== undefined && !this.yields(first)) {
        this.fill(seat);
        return;
      }
      // Others that wait get the slot first.
      this.held.release(seat.slot);
      this.acquire();
    });
  }

  giveBack(calls: readonly PoolCall[]): void {
    for (const call of [...calls].reverse()) this.events.queue.addFirst(call);
    this.poke();
  }

  goAlone(): void {
    this.joins = false;
  }

  lose(seat: CallSeat, exit: WorkerExit): void {
    for (const call of [...this.crashBlame.blame(seat, exit)].reverse()) this.events.queue.addFirst(call);
    if (!this.held.hasSeat(seat)) return;
    this.held.drop(seat);
    if (this.events.queue.size > 0 && !this.pool.lifecycle.stopped) void this.prepare(seat.slot);
    else this.held.release(seat.slot);
  }

  /** Takes a slot that is free. Gives its seat, if that is ready. */
  private takeSlot(): CallSeat | undefined {
    const slot = this.pool.lifecycle.stopped ? undefined : this.pool.slots.takeFree();
    return slot && this.hold(slot);
  }

  /** Gets slots for those in the queue: as many as are free, and then one more when it is released. */
  private acquire(): void {
    const { slots, lifecycle } = this.pool;
    const { queue } = this.events;
    while (queue.size > this.held.preparing && this.held.size < slots.size && !lifecycle.stopped) {
      const slot = slots.takeFree();
      if (slot === undefined) {
        this.waitForSlot((queue.first as PoolCall).priority);
        return;
      }
      const seat = this.hold(slot);
      if (seat !== undefined) this.fill(seat);
    }
  }

  private waitForSlot(priority: number): void {
    if (this.request !== undefined) {
      if (this.request.priority >= priority) return;
      this.withdraw();
    }
    this.held.count();
    this.request = this.pool.slots.request(priority, (slot) => {
      this.request = undefined;
      runInRootContext(() => {
        const seat = this.hold(slot);
        if (seat !== undefined) this.fill(seat);
        this.acquire();
      });
    });
  }

  private withdraw(): void {
    if (this.request !== undefined) this.pool.slots.withdraw(this.request);
    this.request = undefined;
  }

  /** Whether a slot goes to others first. */
  private yields(first: PoolCall): boolean {
    const next = this.pool.slots.nextRequest;
    return next !== undefined && next !== this.request && next.priority >= first.priority;
  }

  /** Holds a slot. Gives its seat, if that is ready. */
  private hold(slot: WorkerSlot): CallSeat | undefined {
    const seat = this.held.hold(slot);
    if (seat === undefined) runInRootContext(() => void this.prepare(slot));
    return seat;
  }

  private async prepare(slot: WorkerSlot): Promise<void> {
    try {
      const [worker, run] = await readyWorker(slot, this.task);
      if (!this.held.has(slot)) return;
      const seat = new CallSeat(this, slot, worker, run);
      this.held.add(seat);
      this.fill(seat);
    } catch (error) {
      const call = this.events.queue.take();
      if (call !== undefined) this.events.fail(call, error);
      this.held.release(slot);
      this.poke();
    }
  }

  /** Sends calls to a worker that is free, or lets it go. */
  private fill(seat: CallSeat): void {
    const { lifecycle } = this.pool;
    const { queue } = this.events;
    if (seat.sent.size > 0 || seat.worker.dead) return;
    const { first } = queue;
    if (first === undefined || lifecycle.stopped) {
      this.held.release(seat.slot);
      return;
    }
    if (seat.slot.remainingFor(seat.worker) <= 0) {
      this.held.drop(seat);
      void this.prepare(seat.slot);
      return;
    }
    const max = Math.min(this.join(seat), Math.ceil(queue.size / this.held.size), seat.room);
    if (max < 1) {
      this.watchSeats();
      return;
    }
    const { priority, attempt } = first;
    const calls: PoolCall[] = [];
    for (let call = queue.first; call !== undefined && calls.length < max; call = queue.first) {
      if (call.priority !== priority || call.attempt !== attempt) break;
      queue.remove(call);
      calls.push(call);
    }
    seat.send(calls);
    if (calls.length > 1) this.watchSeats();
  }

  private join(seat: CallSeat): number {
    seat.measure(this.joinSize);
    return this.joins ? this.joinSize.max : 1;
  }

  /** Gives back those that wait for a call that takes long: another worker may be free before. */
  private watchSeats(): void {
    this.watch ??= runInRootContext(() =>
      setTimeout(() => {
        this.watch = undefined;
        let watches = false;
        for (const seat of this.held.seats) {
          const { sent } = seat;
          if (sent.size === 0) this.changed(seat);
          if (sent.size <= 1) continue;
          if ((sent.runningMs ?? 0) > WATCH_MS) seat.giveBackPending();
          watches ||= sent.size > 1;
        }
        if (watches) this.watchSeats();
      }, WATCH_MS).unref(),
    );
  }

  /** The pool is closed, and what runs has had its time. */
  private close(error: unknown): void {
    for (const [slot, seat] of this.held.entries) {
      for (const sent of seat?.sent.all ?? []) {
        this.events.fail(sent.call, error);
        seat?.cancel(sent.call);
      }
      // A task that runs is told to stop, and holds its slot until it has stopped, or the worker is ended.
      if (seat === undefined || seat.sent.size === 0) this.held.release(slot);
    }
  }
}
