import { NEVER, type Subscription } from 'rxjs';
import { runInRootContext } from '../../../platform/context/asyncContext.ts';
import type { PoolLifecycle } from '../../shared/PoolLifecycle.ts';
import type { SlotQueue } from '../../shared/SlotQueue.ts';
import type { CallLoad } from '../stats/slotStats.ts';
import type { WorkerSlot } from '../WorkerSlot.ts';
import type { CallSeat } from './CallSeat.ts';

/** The pool whose slots are held. */
interface HeldPool {
  readonly slots: SlotQueue<WorkerSlot>;
  readonly lifecycle: PoolLifecycle;
  readonly loads: Set<CallLoad>;
}

/** The slots that a function holds, with the seat in each whose worker has the task ready. */
export class HeldSeats {
  private readonly pool: HeldPool;
  private readonly waiting: { readonly size: number };
  private readonly load: CallLoad;
  private readonly close: (error: unknown) => void;
  private readonly bySlot = new Map<WorkerSlot, CallSeat | undefined>();
  /** The seats that were used last, whose workers may have the task ready. */
  private readonly known = new Map<WorkerSlot, CallSeat>();
  /** Counts as a run of the pool while calls wait, or slots are held. Fails when the pool is closed. */
  private counted: Subscription | undefined;
  private hasEnded = false;

  /**
   * @param waiting - The calls that wait.
   * @param close - Is called where the pool is closed, and what runs has had its time.
   * @param load - Tells the pool of the calls that there are.
   */
  constructor(pool: HeldPool, waiting: { readonly size: number }, close: (error: unknown) => void, load: CallLoad) {
    this.load = load;
    this.pool = pool;
    this.waiting = waiting;
    this.close = close;
  }

  /** How many slots are held. */
  get size(): number {
    return this.bySlot.size;
  }

  /** The seats that are ready. */
  get seats(): readonly CallSeat[] {
    return [...this.bySlot.values()].filter((seat) => seat !== undefined);
  }

  /** How many slots are held that have no seat yet. */
  get preparing(): number {
    let preparing = 0;
    for (const seat of this.bySlot.values()) if (seat === undefined) preparing += 1;
    return preparing;
  }

  /** A seat where a call begins at once. */
  get free(): CallSeat | undefined {
    for (const seat of this.bySlot.values()) if (seat?.isFree === true) return seat;
    return undefined;
  }

  /** The slots that are held, each with its seat. */
  get entries(): readonly (readonly [slot: WorkerSlot, seat: CallSeat | undefined])[] {
    return [...this.bySlot];
  }

  /** Whether a slot is held. */
  has(slot: WorkerSlot): boolean {
    return this.bySlot.has(slot);
  }

  /** Whether a seat is that of its slot, which is held. */
  hasSeat(seat: CallSeat): boolean {
    return this.bySlot.get(seat.slot) === seat;
  }

  /** Holds a slot. @returns its seat, if the worker still has the task ready. */
  hold(slot: WorkerSlot): CallSeat | undefined {
    const known = this.known.get(slot);
    slot.begin();
    this.count();
    const seat = known !== undefined && slot.holds(known.worker) && known.reuse() ? known : undefined;
    this.bySlot.set(slot, seat);
    return seat;
  }

  /** A slot that is held has a seat now. */
  add(seat: CallSeat): void {
    this.bySlot.set(seat.slot, seat);
    this.known.set(seat.slot, seat);
  }

  /** A slot stays held, whose worker is not to be used any more. */
  drop({ slot }: CallSeat): void {
    this.bySlot.set(slot, undefined);
  }

  /** Gives a slot back. Its seat hears nothing more. */
  release(slot: WorkerSlot): void {
    const seat = this.bySlot.get(slot);
    if (!this.bySlot.delete(slot)) return;
    seat?.leave();
    if (this.hasEnded) seat?.stopTimer();
    this.rest();
    runInRootContext(() => {
      slot.pause();
      this.pool.slots.release(slot);
    });
  }

  /** Calls wait, or a slot is held: the pool does not end before, unless it runs out of time. */
  count(): void {
    if (this.counted !== undefined) return;
    this.pool.loads.add(this.load);
    this.counted = this.pool.lifecycle.count$(() => NEVER).subscribe({ error: this.close });
  }

  /** Lets the pool end if no calls wait, and no slot is held. */
  rest(): void {
    if (this.bySlot.size > 0 || this.waiting.size > 0) return;
    this.pool.loads.delete(this.load);
    this.counted?.unsubscribe();
    this.counted = undefined;
  }

  /** No call will come any more: only slots whose workers still have calls stay held. */
  end(): void {
    this.hasEnded = true;
    for (const [slot, seat] of this.entries) if (seat?.sent.size === 0) this.release(slot);
    for (const seat of this.known.values()) if (!this.hasSeat(seat)) seat.stopTimer();
    this.known.clear();
  }
}
