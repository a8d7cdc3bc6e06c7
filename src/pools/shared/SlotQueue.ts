import { mergeMap, Observable, type Subscriber } from 'rxjs';
import { PriorityQueue, type Entry } from '../../util/collections/PriorityQueue.ts';
import { inContext } from '../../util/rx/inContext.ts';

/** A job that waits for a slot. */
interface WaitingJob<Slot> extends Entry<WaitingJob<Slot>> {
  readonly subscriber: Subscriber<Slot>;
}

/**
 * A number of slots, made as they are needed, each held by one job at a time. Where none is free jobs wait in line: a higher
 * priority first, and first come, first served within each.
 */
export class SlotQueue<Slot> {
  private readonly made = new Set<Slot>();
  private readonly free: Slot[] = [];
  private readonly waiting = new PriorityQueue<WaitingJob<Slot>>();
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

  /** The slots made so far. */
  get all(): readonly Slot[] {
    return [...this.made];
  }

  /** Emits a slot as soon as one is free, to be given back with {@link release}. The last used goes first. */
  acquire$(priority = 0): Observable<Slot> {
    return new Observable<Slot>((subscriber) => {
      const slot = this.take();
      if (slot !== undefined) {
        hand(slot, subscriber);
        return undefined;
      }
      const job: WaitingJob<Slot> = { subscriber, priority, lane: undefined, previous: undefined, next: undefined };
      this.waiting.add(job);
      return () => {
        this.waiting.remove(job);
      };
    });
  }

  /**
   * Does something with a slot, now if one is free, or when one is; it has to be given back by {@link release}. A caller
   * that has to wait gets it in another's async context, and goes on in that of the subscription.
   */
  use$<T>(use$: (slot: Slot) => Observable<T>, priority?: number): Observable<T> {
    const slot = this.take();
    return slot === undefined ? this.acquire$(priority).pipe(inContext(), mergeMap(use$)) : use$(slot);
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

  /** A free slot, for a caller that need not wait in line. */
  private take(): Slot | undefined {
    return this.waiting.size > 0 ? undefined : this.next();
  }

  /** Hands out free slots, in one loop, since a job may give its slot back at once. */
  private handOver(): void {
    this.handing = true;
    while (this.waiting.size > 0) {
      const slot = this.next();
      if (slot === undefined) break;
      hand(slot, (this.waiting.take() as WaitingJob<Slot>).subscriber);
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
