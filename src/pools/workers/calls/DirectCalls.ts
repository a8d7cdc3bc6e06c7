import { NEVER, type Subscription } from 'rxjs';
import { afterMicrotask } from '../../../platform/time/afterMicrotasks.ts';
import { runInRootContext } from '../../../platform/context/asyncContext.ts';
import { setTimeout, type Timer } from '../../../platform/time/timers.ts';
import type { CallEvents, CallRunner, CallTask, PoolCall } from '../../calls.ts';
import type { PoolLifecycle } from '../../shared/PoolLifecycle.ts';
import type { SlotQueue, SlotRequest } from '../../shared/SlotQueue.ts';
import type { WorkerSlot } from '../WorkerSlot.ts';
import { CallSeat, type SeatOwner } from './CallSeat.ts';
import { JoinSize } from './JoinSize.ts';
import { readyWorker } from '../boot/readyWorker.ts';
import { SeatDeaths } from './SeatDeaths.ts';

/** How often it is looked whether a call that others wait for takes long, in milliseconds; and what long is. */
const WATCH_MS = 2;

/** The pool whose workers run calls. */
export interface CallPool {
  readonly slots: SlotQueue<WorkerSlot>;
  readonly lifecycle: PoolLifecycle;
  ready(run: CallTask): Promise<void>;
}

/**
 * Sends the calls of one function past jobs: to a worker that is free at once, and several in one message where they wait.
 * A worker is held for as long as there are calls, unless others wait for it.
 */
export class DirectCalls implements CallRunner, SeatOwner {
  readonly task: CallTask;
  readonly events: CallEvents;
  private readonly pool: CallPool;
  private readonly joinSize = new JoinSize();
  private readonly deaths: SeatDeaths;
  /** The slots that are held, with the seat in each that is ready. */
  private readonly held = new Map<WorkerSlot, CallSeat | undefined>();
  /** The seats that were used last, whose workers may have the task ready. */
  private readonly known = new WeakMap<WorkerSlot, CallSeat>();
  private readonly changedSeats = new Set<CallSeat>();
  private request: SlotRequest<WorkerSlot> | undefined;
  /** Fails when the pool is closed, while workers are held. */
  private closing: Subscription | undefined;
  private watch: Timer | undefined;
  private joins: boolean;

  constructor(pool: CallPool, task: CallTask, events: CallEvents) {
    this.pool = pool;
    this.task = task;
    this.events = events;
    this.deaths = new SeatDeaths(task, events);
    this.joins = task.transfer === undefined;
  }

  get needsContext(): boolean {
    return this.task.transfer !== undefined;
  }

  get isFree(): boolean {
    return this.freeSeat() !== undefined || this.pool.slots.hasFree;
  }

  get surplus(): number {
    let surplus = 0;
    for (const seat of this.held.values()) surplus += seat === undefined ? -1 : Math.max(0, seat.count - 1);
    return surplus;
  }

  get running(): number {
    return this.seats.filter((seat) => seat.isRunning).length;
  }

  get pending(): readonly PoolCall[] {
    return this.seats.flatMap((seat) => seat.pending);
  }

  poke(): void {
    const { queue } = this.events;
    while (queue.size > 0) {
      // A worker that others wait for is about to be given back.
      const seat = this.yields(queue.first as PoolCall) ? undefined : (this.freeSeat() ?? this.takeSlot());
      if (seat === undefined) break;
      if (queue.size === 1) seat.send([queue.take() as PoolCall]);
      // A worker that has just ended its calls is given several together, in a moment.
      else if (this.changedSeats.has(seat)) break;
      else this.fill(seat);
    }
    this.acquire();
  }

  cancel(call: PoolCall): void {
    for (const seat of this.seats) seat.cancel(call);
  }

  ready(): Promise<void> {
    return this.pool.ready(this.task);
  }

  end(): void {
    this.withdraw();
    for (const [slot, seat] of this.held) if (seat?.count === 0) this.release(slot);
  }

  /** In a microtask, so that what its last caller calls next is in the queue. */
  changed(seat: CallSeat): void {
    if (this.changedSeats.has(seat)) return;
    this.changedSeats.add(seat);
    afterMicrotask(() => {
      this.changedSeats.delete(seat);
      if (this.held.get(seat.slot) !== seat || seat.count > 0) return;
      const { first } = this.events.queue;
      if (first !== undefined && !this.yields(first)) {
        this.fill(seat);
        return;
      }
      // Others that wait get the slot first.
      this.release(seat.slot);
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

  private get seats(): readonly CallSeat[] {
    return [...this.held.values()].filter((seat) => seat !== undefined);
  }

  /** How many slots are held that have no seat yet. */
  private get preparing(): number {
    let preparing = 0;
    for (const seat of this.held.values()) if (seat === undefined) preparing += 1;
    return preparing;
  }

  private freeSeat(): CallSeat | undefined {
    for (const seat of this.held.values()) if (seat?.isFree === true) return seat;
    return undefined;
  }

  /** Takes a slot that is free. Gives its seat, if that is ready. */
  private takeSlot(): CallSeat | undefined {
    const slot = this.pool.lifecycle.begun ? undefined : this.pool.slots.takeFree();
    return slot && this.hold(slot);
  }

  /** Gets slots for those in the queue: as many as are free, and then one more when it is released. */
  private acquire(): void {
    const { slots, lifecycle } = this.pool;
    const { queue } = this.events;
    while (queue.size > this.preparing && this.held.size < slots.size && !lifecycle.begun) {
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

  private hold(slot: WorkerSlot): CallSeat | undefined {
    const known = this.known.get(slot);
    slot.begin();
    this.closing ??= this.pool.lifecycle
      .count$(() => NEVER)
      .subscribe({
        error: (error: unknown) => {
          this.close(error);
        },
      });
    if (known !== undefined && slot.holds(known.worker) && known.reuse()) {
      this.held.set(slot, known);
      return known;
    }
    this.held.set(slot, undefined);
    runInRootContext(() => void this.prepare(slot));
    return undefined;
  }

  private release(slot: WorkerSlot): void {
    if (!this.held.delete(slot)) return;
    if (this.held.size === 0) {
      this.closing?.unsubscribe();
      this.closing = undefined;
    }
    runInRootContext(() => {
      slot.pause();
      this.pool.slots.release(slot);
    });
  }

  private async prepare(slot: WorkerSlot): Promise<void> {
    try {
      const [worker, run] = await readyWorker(slot, this.task);
      if (!this.held.has(slot)) return;
      const seat = new CallSeat(this, slot, worker, run);
      this.held.set(slot, seat);
      this.known.set(slot, seat);
      void this.deaths.watch(seat).then((isOver) => {
        this.lose(seat, isOver);
      });
      this.fill(seat);
    } catch (error) {
      const call = this.events.queue.take();
      if (call !== undefined) this.events.fail(call, error);
      this.release(slot);
      this.poke();
    }
  }

  /** The worker of a seat has died. */
  private lose(seat: CallSeat, isOver: readonly PoolCall[]): void {
    this.known.delete(seat.slot);
    for (const call of [...isOver].reverse()) this.events.queue.addFirst(call);
    if (this.held.get(seat.slot) !== seat) return;
    this.held.set(seat.slot, undefined);
    if (this.events.queue.size > 0 && !this.pool.lifecycle.begun) void this.prepare(seat.slot);
    else this.release(seat.slot);
  }

  /** Sends calls to a worker that is free, or lets it go. */
  private fill(seat: CallSeat): void {
    const { lifecycle } = this.pool;
    const { queue } = this.events;
    if (seat.count > 0 || seat.worker.dead) return;
    const { first } = queue;
    if (first === undefined || lifecycle.begun) {
      this.release(seat.slot);
      return;
    }
    if (seat.slot.remainingFor(seat.worker) <= 0) {
      this.held.set(seat.slot, undefined);
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
        for (const seat of this.seats) {
          if (seat.count === 0) this.changed(seat);
          if (seat.count <= 1) continue;
          if ((seat.runningMs ?? 0) > WATCH_MS) seat.giveBackPending();
          watches ||= seat.count > 1;
        }
        if (watches) this.watchSeats();
      }, WATCH_MS).unref(),
    );
  }

  /** The pool is closed, and what runs has had its time. */
  private close(error: unknown): void {
    for (const [slot, seat] of [...this.held]) {
      const { charged, others } = seat?.takeAll() ?? { charged: [], others: [] };
      for (const call of [...charged.map((sent) => sent.call), ...others]) this.events.fail(call, error);
      this.release(slot);
    }
  }
}
