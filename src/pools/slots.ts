import { Observable, type Subscriber } from 'rxjs';

/** A number of places, made as they are needed, each held by one job at a time; who finds none free waits in line. */
export class Slots<Slot> {
  private readonly made = new Set<Slot>();
  private readonly free: Slot[] = [];
  private readonly waiting = new Set<Subscriber<Slot>>();
  private readonly make: () => Slot;
  private readonly retire: (slot: Slot) => void;
  private most: number;

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

  /** The slots made so far. */
  get all(): readonly Slot[] {
    return [...this.made];
  }

  /** Emits a slot as soon as one is free; who has got one gives it back with {@link release}. The last used goes first. */
  readonly acquire$ = new Observable<Slot>((subscriber) => {
    const slot = this.free.pop() ?? this.another();
    if (slot === undefined) this.waiting.add(subscriber);
    else hand(slot, subscriber);
    return () => {
      this.waiting.delete(subscriber);
    };
  });

  /** Gives a slot to the next in line. */
  release(slot: Slot): void {
    if (this.made.size > this.most) {
      this.made.delete(slot);
      this.retire(slot);
      return;
    }
    const next = this.next();
    if (next === undefined) this.free.push(slot);
    else hand(slot, next);
  }

  /** Changes how many slots there may be. One that is in use and too many goes when it is released. */
  resize(most: number): void {
    this.most = most;
    for (let slot = this.surplus(); slot !== undefined; slot = this.surplus()) {
      this.made.delete(slot);
      this.retire(slot);
    }
    while (this.waiting.size > 0) {
      const slot = this.another();
      if (slot === undefined) return;
      hand(slot, this.next() as Subscriber<Slot>);
    }
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
