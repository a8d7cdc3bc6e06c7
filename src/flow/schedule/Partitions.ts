import { Fifo } from '../../util/collections/Fifo.ts';

/** Items with keys, of which those with one key go one at a time, in order. */
export class Partitions<T> {
  /** Waiting items, by the key that is currently running. */
  private readonly waiting = new Map<unknown, Fifo<T>>();
  private readonly ready = new Fifo<T>();
  private held = 0;

  /** How many items wait for their keys. */
  get size(): number {
    return this.held;
  }

  /** Whether an item that was held may go now. */
  get isReady(): boolean {
    return this.ready.length > 0;
  }

  /** Gives back an item that may go now, or holds it until its key is free. */
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

  /** Says that the item of a key is done. Gives back the one that may go then. */
  releaseKey(key: unknown): T | undefined {
    const others = this.waiting.get(key);
    const [next] = others?.take(1) ?? [];
    if (next === undefined) this.waiting.delete(key);
    else this.ready.push(next);
    return next;
  }

  /** An item that was held, and whose key has come free. */
  next(): T | undefined {
    const [item] = this.ready.take(1);
    if (item !== undefined) this.held -= 1;
    return item;
  }
}
