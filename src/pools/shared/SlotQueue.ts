import { mergeMap, Observable, type Subscriber } from 'rxjs';
import { PriorityQueue, type Entry } from '../../util/collections/PriorityQueue.ts';
import { inContext } from '../../util/rx/inContext.ts';

export interface SlotRequest<Slot> extends Entry<SlotRequest<Slot>> {
  readonly hand: (slot: Slot) => void;
}

/**
 * Slots that are made on demand, each used by one job at a time. If none is free, jobs wait in a queue: by descending
 * priority, and first come, first served within a priority.
 */
export class SlotQueue<Slot> {
  private readonly made = new Set<Slot>();
  private readonly free: Slot[] = [];
  private readonly waiting = new PriorityQueue<SlotRequest<Slot>>();
  private readonly make: () => Slot;
  private max: number;
  private handing = false;

  /**
   * @param max - The maximum number of used slots.
   * @param make - Makes a slot.
   */
  constructor(max: number, make: () => Slot) {
    this.max = max;
    this.make = make;
  }

  /** The maximum number of used slots. */
  get size(): number {
    return this.max;
  }

  /** Whether a job waits for a slot and gets the next released slot. */
  get awaited(): boolean {
    return this.waiting.size > 0 && this.used <= this.max;
  }

  /** The request that gets the next released slot; undefined if there is none. */
  get nextRequest(): SlotRequest<Slot> | undefined {
    return this.awaited ? this.waiting.first : undefined;
  }

  /** How many callers would get a slot now, without waiting. */
  get freeCount(): number {
    return this.waiting.size > 0 ? 0 : Math.max(0, this.max - this.used);
  }

  /** The slots made so far. */
  get all(): readonly Slot[] {
    return [...this.made];
  }

  /** The number of jobs that wait for a slot. */
  get waitingCount(): number {
    return this.waiting.size;
  }

  /** Emits a slot as soon as one is free, the last used first. The caller gives it back by {@link release}. */
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

  /** Adds a request to the queue. @param handSlot - Receives the slot, and gives it back by {@link release}. */
  request(priority: number, handSlot: (slot: Slot) => void): SlotRequest<Slot> {
    const request = { hand: handSlot, priority, lane: undefined, previous: undefined, next: undefined };
    this.waiting.add(request);
    return request;
  }

  withdraw(request: SlotRequest<Slot>): void {
    this.waiting.remove(request);
  }

  /**
   * Calls `use$` with a slot as soon as one is free. `use$` gives it back by {@link release}. If the caller had to wait, the
   * slot comes in the async context of another job, so the context of the subscription is restored.
   */
  use$<T>(use$: (slot: Slot) => Observable<T>, priority?: number): Observable<T> {
    const slot = this.takeFree();
    return slot === undefined ? this.acquire$(priority).pipe(inContext(), mergeMap(use$)) : use$(slot);
  }

  /** A free slot; undefined if there is none, or if others wait for one. */
  takeFree(): Slot | undefined {
    return this.waiting.size > 0 ? undefined : this.next();
  }

  /** Gives a slot to the next request, unless more slots are used than allowed. */
  release(slot: Slot): void {
    this.free.push(slot);
    if (!this.handing) this.handOver();
  }

  /** Changes the maximum number of used slots. Surplus slots stay in use until they are released. */
  resize(max: number): void {
    this.max = max;
    if (!this.handing) this.handOver();
  }

  private get used(): number {
    return this.made.size - this.free.length;
  }

  /** Hands out free slots. A loop, since a recursion would grow with each job that gives its slot back at once. */
  private handOver(): void {
    this.handing = true;
    try {
      while (this.waiting.size > 0) {
        const slot = this.next();
        if (slot === undefined) break;
        (this.waiting.take() as SlotRequest<Slot>).hand(slot);
      }
    } finally {
      this.handing = false;
    }
  }

  /** A free slot, the last used first, or else a new one; undefined if the maximum is in use. */
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
