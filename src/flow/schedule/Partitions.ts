import { Fifo } from '../../util/collections/Fifo.ts';
import { Partition, type Held } from './Partition.ts';

/** The number of items and keys that a chunk may have. */
export interface Share {
  readonly items: number;
  /** The number of chunks at once, among which the free keys are divided. */
  readonly workers: number;
  /** Whether it may have more than one item of a key. */
  readonly several: boolean;
}

/** An item of a chunk, and its key. */
export interface Taken<In> extends Held<In> {
  readonly partition: Partition<In>;
}

/** Items with keys. One chunk at a time has items of a key, in order. */
export class Partitions<In> {
  /** Those that have items that wait or run. */
  private readonly partitions = new Map<unknown, Partition<In>>();
  /** Those whose next item may run. */
  private readonly free = new Fifo<Partition<In>>();
  private held = 0;
  private ready = 0;

  /** The number of items that wait, also for their keys. */
  get size(): number {
    return this.held;
  }

  /** The number of items that wait, and whose keys are free. */
  get readySize(): number {
    return this.ready;
  }

  /** Adds the next item of the source. */
  add(key: unknown, held: Held<In>): void {
    let partition = this.partitions.get(key);
    if (partition === undefined) {
      partition = new Partition(key);
      this.partitions.set(key, partition);
    }
    partition.push(held);
    this.held += 1;
    if (partition.running > 0) return;
    this.ready += 1;
    if (partition.length === 1) this.free.push(partition);
  }

  /** Takes items whose keys are free, in the order of the source. Their keys are not free until {@link leave} is called for each. */
  take({ items, workers, several }: Share): Taken<In>[] {
    const share = Math.max(1, Math.ceil(this.free.length / workers));
    const partitions = this.free.take(Math.min(items, share));
    const taken: Taken<In>[] = [];
    for (const [at, partition] of partitions.entries()) {
      this.ready -= partition.length;
      const max = several ? Math.ceil((items - taken.length) / (partitions.length - at)) : 1;
      for (const { index, item } of partition.take(max)) {
        partition.running += 1;
        taken.push({ index, item, partition });
      }
    }
    this.held -= taken.length;
    return partitions.length === 1 ? taken : taken.sort((a, b) => a.index - b.index);
  }

  /**
   * Notes that an item of a chunk has settled, or will not run.
   *
   * @returns the index of the next item of the key, if that may run now.
   */
  leave(partition: Partition<In>): number | undefined {
    partition.running -= 1;
    if (partition.running > 0) return undefined;
    const { first } = partition;
    if (first === undefined) {
      this.partitions.delete(partition.key);
      return undefined;
    }
    this.free.push(partition);
    this.ready += partition.length;
    return first.index;
  }

  /** Takes back an item of a chunk that has not run. Call {@link leave} as well. */
  putBack(partition: Partition<In>, held: Held<In>): void {
    partition.putBack(held);
    this.held += 1;
  }
}
