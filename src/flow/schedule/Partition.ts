import { Fifo } from '../../util/collections/Fifo.ts';

/** An item that waits for its turn, and its index in the source. */
export interface Held<In> {
  readonly index: number;
  readonly item: In;
}

/** The items of one key, in the order of the source. */
export class Partition<In> {
  readonly key: unknown;
  /** The number of its items that a chunk has. While there are any, no other chunk gets one. */
  running = 0;
  private readonly waiting = new Fifo<Held<In>>();
  /** Those that a chunk has given back: they go before the others. */
  private readonly returned = new Fifo<Held<In>>();

  constructor(key: unknown) {
    this.key = key;
  }

  /** The number of items that wait. */
  get length(): number {
    return this.returned.length + this.waiting.length;
  }

  /** The item that is the next. */
  get first(): Held<In> | undefined {
    return this.returned.first ?? this.waiting.first;
  }

  push(held: Held<In>): void {
    this.waiting.push(held);
  }

  /** Takes back an item that has not run. Items come back in the order in which they were taken. */
  putBack(held: Held<In>): void {
    this.returned.push(held);
  }

  /** Takes the next items, `max` at most. */
  take(max: number): Held<In>[] {
    const returned = this.returned.take(max);
    return returned.length === max ? returned : returned.concat(this.waiting.take(max - returned.length));
  }
}
