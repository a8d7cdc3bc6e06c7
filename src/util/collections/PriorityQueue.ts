/**
 * Something that can wait in a {@link PriorityQueue}. The queue alone writes the links.
 *
 * @typeParam E - The type of the entries.
 */
export interface Entry<E> {
  /** A higher one goes first. */
  readonly priority: number;
  lane: Lane<E> | undefined;
  previous: E | undefined;
  next: E | undefined;
}

/** The entries of one priority. */
interface Lane<E> {
  priority: number;
  first: E | undefined;
  last: E | undefined;
}

/** A queue of entries by priority, first in, first out within each. An entry may leave from any place, in constant time. */
export class PriorityQueue<E extends Entry<E>> {
  /** The highest priority first. A lane is empty only where it is the only one. */
  private readonly lanes: Lane<E>[] = [];
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** The next entry, which stays. */
  get first(): E | undefined {
    return this.lanes[0]?.first;
  }

  /** Adds an entry behind all others of its priority. */
  add(entry: E): void {
    const lane = this.laneOf(entry.priority);
    const { last } = lane;
    this.count += 1;
    entry.lane = lane;
    entry.previous = last;
    entry.next = undefined;
    lane.last = entry;
    if (last === undefined) lane.first = entry;
    else last.next = entry;
  }

  /** Adds an entry before all others of its priority. */
  addFirst(entry: E): void {
    const lane = this.laneOf(entry.priority);
    const { first } = lane;
    this.count += 1;
    entry.lane = lane;
    entry.previous = undefined;
    entry.next = first;
    lane.first = entry;
    if (first === undefined) lane.last = entry;
    else first.previous = entry;
  }

  /** Takes the next entry. */
  take(): E | undefined {
    const { first } = this;
    if (first !== undefined) this.remove(first);
    return first;
  }

  /** Removes an entry, wherever it is by then; does nothing once it is out. */
  remove(entry: E): void {
    const { lane, previous, next } = entry;
    if (lane === undefined) return;
    this.count -= 1;
    if (previous === undefined) lane.first = next;
    else previous.next = next;
    if (next === undefined) lane.last = previous;
    else next.previous = previous;
    entry.lane = undefined;
    entry.previous = undefined;
    entry.next = undefined;
    if (lane.first === undefined && this.lanes.length > 1) this.lanes.splice(this.lanes.indexOf(lane), 1);
  }

  /** The entries, in their order, as they are now. */
  entries(): readonly E[] {
    const entries: E[] = [];
    for (const { first } of this.lanes)
      for (let entry = first; entry !== undefined; entry = entry.next) entries.push(entry);
    return entries;
  }

  private laneOf(priority: number): Lane<E> {
    const { lanes } = this;
    const [highest] = lanes;
    if (highest?.priority === priority) return highest;
    if (highest !== undefined && this.count === 0) {
      highest.priority = priority;
      return highest;
    }
    const at = lanes.findIndex((lane) => lane.priority <= priority);
    const found = lanes[at];
    if (found?.priority === priority) return found;
    const lane: Lane<E> = { priority, first: undefined, last: undefined };
    lanes.splice(at === -1 ? lanes.length : at, 0, lane);
    return lane;
  }
}
