/**
 * A queue that removes many items at a time without moving the items behind them, and keeps no reference to removed items.
 */
export class Fifo<T> {
  /** Those before `head` are gone, and undefined. */
  private items: (T | undefined)[] = [];
  private head = 0;

  get length(): number {
    return this.items.length - this.head;
  }

  /** The next item, which stays. */
  get first(): T | undefined {
    return this.items[this.head];
  }

  push(item: T): void {
    this.items.push(item);
  }

  /** Takes the first `max` items, or all there are. */
  take(max: number): T[] {
    const taken = this.items.slice(this.head, this.head + max) as T[];
    this.removeFirst(taken.length);
    return taken;
  }

  /** Forgets the first item. */
  drop(): void {
    if (this.length > 0) this.removeFirst(1);
  }

  clear(): void {
    this.items = [];
    this.head = 0;
  }

  private removeFirst(count: number): void {
    const head = this.head + count;
    if (head === this.items.length) this.clear();
    else if (head > 1024 && head * 2 > this.items.length) {
      this.items = this.items.slice(head);
      this.head = 0;
    } else {
      this.items.fill(undefined, this.head, head);
      this.head = head;
    }
  }
}
