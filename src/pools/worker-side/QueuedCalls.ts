/** A call that this worker has received. */
export interface QueuedCall {
  readonly call: number;
  readonly run: number;
  readonly attempt: number;
  readonly index: number;
  readonly item: unknown;
}

/** The calls that wait in this worker, in their order. It uses no method of arrays, since a task may replace them later. */
export class QueuedCalls {
  private queue: QueuedCall[] = [];
  private head = 0;

  get isEmpty(): boolean {
    return this.head === this.queue.length;
  }

  add(call: QueuedCall): void {
    this.queue[this.queue.length] = call;
  }

  /** Takes the first. */
  take(): QueuedCall | undefined {
    if (this.isEmpty) return undefined;
    const first = this.queue[this.head];
    this.queue[this.head] = undefined as never;
    this.head += 1;
    if (this.head === this.queue.length) this.clear();
    return first;
  }

  /** Drops a call. False if it does not wait. */
  drop(call: number): boolean {
    const { queue } = this;
    let at = this.head;
    while (at < queue.length && queue[at]?.call !== call) at += 1;
    if (at === queue.length) return false;
    for (let to = at; to > this.head; to -= 1) queue[to] = queue[to - 1] as QueuedCall;
    this.take();
    return true;
  }

  /** Drops the calls from a number on. @returns the lowest number of them; undefined if none waits. */
  dropFrom(first: number): number | undefined {
    const { queue } = this;
    let from = queue.length;
    while (from > this.head && (queue[from - 1] as QueuedCall).call >= first) from -= 1;
    const lowest = queue[from]?.call;
    queue.length = from;
    if (this.isEmpty) this.clear();
    return lowest;
  }

  private clear(): void {
    this.queue = [];
    this.head = 0;
  }
}
