import { Fifo } from '../../util/collections/Fifo.ts';

/** Items with keys. Items with the same key run one at a time, in order. */
export class Partitions<T> {
  /** Waiting items, by the key that is currently running. */
  private readonly waiting = new Map<unknown, Fifo<T>>();
  private readonly ready = new Fifo<T>();
  private held = 0;

  /** The number of items that wait for their keys. */
  get size(): number {
    return this.held;
  }

  /** Whether a held item may run now. */
  get isReady(): boolean {
    return this.ready.length > 0;
  }

  /** Returns an item that may run now, or holds it until its key is free. */
  enter(key: unknown, item: T): T | undefined {
    const others = this.waiting.get(key);
    if (others === undefined) {
      this.waiting.set(key, new Fifo());
      return item;
    }
    others.push(item);
    this.held += 1;
    return undefined;
  }

  /** Notes that the item of a key is done. Returns the item that may run then. */
  releaseKey(key: unknown): T | undefined {
    const others = this.waiting.get(key);
    const [next] = others?.take(1) ?? [];
    if (next === undefined) this.waiting.delete(key);
    else this.ready.push(next);
    return next;
  }

  /** A held item whose key has become free. */
  next(): T | undefined {
    const [item] = this.ready.take(1);
    if (item !== undefined) this.held -= 1;
    return item;
  }
}
