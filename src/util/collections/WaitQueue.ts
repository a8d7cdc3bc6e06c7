/**
 * A queue of waiting entries, in the order of their arrival. Any entry may leave early. All operations take constant time.
 */
export class WaitQueue<T> {
  /** Before the first and behind the last. */
  private readonly ends: Ends<T>;
  private count = 0;

  constructor() {
    const ends = {} as Ends<T>;
    this.ends = Object.assign(ends, { previous: ends, next: ends });
  }

  get size(): number {
    return this.count;
  }

  /** Adds one to the end. @returns What removes it, wherever it is by then; does nothing once it is out. */
  add(item: T): () => void {
    const { ends } = this;
    const node: Node<T> = { item, previous: ends.previous, next: ends, isIn: true };
    ends.previous.next = node;
    ends.previous = node;
    this.count += 1;
    return () => {
      this.remove(node);
    };
  }

  /** Removes the first; undefined if there is none. */
  take(): T | undefined {
    const { next: first } = this.ends;
    if (!('item' in first)) return undefined;
    this.remove(first);
    return first.item;
  }

  private remove(node: Node<T>): void {
    if (!node.isIn) return;
    node.isIn = false;
    node.previous.next = node.next;
    node.next.previous = node.previous;
    // Otherwise the oldest removed entry would keep a chain of all later removed ones in memory.
    node.previous = node;
    node.next = node;
    this.count -= 1;
  }
}

interface Ends<T> {
  previous: Ends<T> | Node<T>;
  next: Ends<T> | Node<T>;
}

interface Node<T> extends Ends<T> {
  readonly item: T;
  isIn: boolean;
}
