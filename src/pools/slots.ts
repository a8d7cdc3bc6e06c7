import { mergeMap, Observable, type Subscriber } from 'rxjs';

/** A number of places, made as they are needed, each held by one job at a time; who finds none free waits in line. */
export class Slots<Slot> {
  private readonly made = new Set<Slot>();
  private readonly free: Slot[] = [];
  private readonly waiting = new Set<Subscriber<Slot>>();
  private readonly make: () => Slot;
  private readonly retire: (slot: Slot) => void;
  private most: number;
  private handing = false;

  /**
   * @param most - How many slots there may be.
   * @param make - Makes one more.
   * @param retire - Is given those that are too many after the number has shrunk.
   */
  constructor(most: number, make: () => Slot, retire: (slot: Slot) => void = () => undefined) {
    this.most = most;
    this.make = make;
    this.retire = retire;
  }

  /** How many slots there may be. */
  get size(): number {
    return this.most;
  }

  /** Whether somebody waits for a slot. */
  get awaited(): boolean {
    return this.waiting.size > 0;
  }

  /** The slots made so far. */
  get all(): readonly Slot[] {
    return [...this.made];
  }

  /** Emits a slot as soon as one is free; who has got one gives it back with {@link release}. The last used goes first. */
  readonly acquire$ = new Observable<Slot>((subscriber) => {
    const slot = this.take();
    if (slot === undefined) this.waiting.add(subscriber);
    else hand(slot, subscriber);
    return () => {
      this.waiting.delete(subscriber);
    };
  });

  /** Does something with a slot, now if one is free, or when one is; it has to be given back by {@link release}. */
  use$<T>(use$: (slot: Slot) => Observable<T>): Observable<T> {
    const slot = this.take();
    return slot === undefined ? this.acquire$.pipe(mergeMap(use$)) : use$(slot);
  }

  /** Gives a slot to the next in line. */
  release(slot: Slot): void {
    if (this.made.size > this.most) {
      this.made.delete(slot);
      this.retire(slot);
      return;
    }
    this.free.push(slot);
    if (!this.handing) this.handOver();
  }

  /** Changes how many slots there may be. One that is in use and too many goes when it is released. */
  resize(most: number): void {
    this.most = most;
    for (let slot = this.surplus(); slot !== undefined; slot = this.surplus()) {
      this.made.delete(slot);
      this.retire(slot);
    }
    if (!this.handing) this.handOver();
  }

  /** A free slot, for who need not wait in line. */
  private take(): Slot | undefined {
    return this.waiting.size > 0 ? undefined : (this.free.pop() ?? this.another());
  }

  /** Gives out what is free, in one loop, since who gets a slot may give it back at once. */
  private handOver(): void {
    this.handing = true;
    while (this.waiting.size > 0) {
      const slot = this.free.pop() ?? this.another();
      if (slot === undefined) break;
      hand(slot, this.next() as Subscriber<Slot>);
    }
    this.handing = false;
  }

  private another(): Slot | undefined {
    if (this.made.size >= this.most) return undefined;
    const slot = this.make();
    this.made.add(slot);
    return slot;
  }

  private surplus(): Slot | undefined {
    return this.made.size > this.most ? this.free.shift() : undefined;
  }

  private next(): Subscriber<Slot> | undefined {
    const [first] = this.waiting;
    if (first !== undefined) this.waiting.delete(first);
    return first;
  }
}

function hand<Slot>(slot: Slot, subscriber: Subscriber<Slot>): void {
  subscriber.next(slot);
  subscriber.complete();
}
