import { mergeMap, Observable, type Subscriber } from 'rxjs';
import { PriorityQueue, type Entry } from '../../util/collections/PriorityQueue.ts';
import { inContext } from '../../util/rx/inContext.ts';

/** Waits for a slot. */
export interface SlotRequest<Slot> extends Entry<SlotRequest<Slot>> {
  readonly hand: (slot: Slot) => void;
}

/**
 * A number of slots, made as they are needed, each held by one job at a time. Where none is free jobs wait in line: a higher
 * priority first, and first come, first served within each.
 */
export class SlotQueue<Slot> {
  private readonly made = new Set<Slot>();
  private readonly free: Slot[] = [];
  private readonly waiting = new PriorityQueue<SlotRequest<Slot>>();
  private readonly make: () => Slot;
  private max: number;
  private handing = false;

  /**
   * @param max - How many slots may be in use at once.
   * @param make - Makes one more.
   */
  constructor(max: number, make: () => Slot) {
    this.max = max;
    this.make = make;
  }

  /** How many slots may be in use at once. */
  get size(): number {
    return this.max;
  }

  /** Whether a job waits for a slot, and gets the next one that is released. */
  get awaited(): boolean {
    return this.waiting.size > 0 && this.used <= this.max;
  }

  /** The request that gets the next slot which is released; undefined if nothing waits. */
  get nextRequest(): SlotRequest<Slot> | undefined {
    return this.awaited ? this.waiting.first : undefined;
  }

  /** Whether a slot is free for a caller that comes now. */
  get hasFree(): boolean {
    return this.waiting.size === 0 && this.used < this.max;
  }

  /** The slots made so far. */
  get all(): readonly Slot[] {
    return [...this.made];
  }

  /** Emits a slot as soon as one is free, to be given back with {@link release}. The last used goes first. */
  acquire$(priority = 0): Observable<Slot> {
    return new Observable<Slot>((subscriber) => {
      const slot = this.takeFree();
      if (slot !== undefined) {
        hand(slot, subscriber);
        return undefined;
      }
      const request = this.request(priority, (handed) => {
        hand(handed, subscriber);
      });
      return () => {
        this.withdraw(request);
      };
    });
  }

  /** Waits in line for a slot. @param handSlot - Is given it, to be given back with {@link release}. */
  request(priority: number, handSlot: (slot: Slot) => void): SlotRequest<Slot> {
    const request = { hand: handSlot, priority, lane: undefined, previous: undefined, next: undefined };
    this.waiting.add(request);
    return request;
  }

  /** Leaves the line. */
  withdraw(request: SlotRequest<Slot>): void {
    this.waiting.remove(request);
  }

  /**
   * Does something with a slot, now if one is free, or when one is; it has to be given back by {@link release}. A caller
   * that has to wait gets it in another's async context, and goes on in that of the subscription.
   */
  use$<T>(use$: (slot: Slot) => Observable<T>, priority?: number): Observable<T> {
    const slot = this.takeFree();
    return slot === undefined ? this.acquire$(priority).pipe(inContext(), mergeMap(use$)) : use$(slot);
  }

  /** A free slot, for a caller that need not wait in line; undefined if there is none. */
  takeFree(): Slot | undefined {
    return this.waiting.size > 0 ? undefined : this.next();
  }

  /** Gives a slot to the next in line, unless more are in use than may be. */
  release(slot: Slot): void {
    this.free.push(slot);
    if (!this.handing) this.handOver();
  }

  /** Changes how many slots may be in use at once. Those that are too many by then stay in use until they are released. */
  resize(max: number): void {
    this.max = max;
    if (!this.handing) this.handOver();
  }

  private get used(): number {
    return this.made.size - this.free.length;
  }

  /** Hands out free slots, in one loop, since a job may give its slot back at once. */
  private handOver(): void {
    this.handing = true;
    while (this.waiting.size > 0) {
      const slot = this.next();
      if (slot === undefined) break;
      (this.waiting.take() as SlotRequest<Slot>).hand(slot);
    }
    this.handing = false;
  }

  /** One that is free, the last used first, or another one; undefined if as many are in use as may be. */
  private next(): Slot | undefined {
    return this.used >= this.max ? undefined : (this.free.pop() ?? this.another());
  }

  private another(): Slot {
    const slot = this.make();
    this.made.add(slot);
    return slot;
  }
}

function hand<Slot>(slot: Slot, subscriber: Subscriber<Slot>): void {
  subscriber.next(slot);
  subscriber.complete();
}
