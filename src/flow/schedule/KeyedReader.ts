import { TaskError } from '../../tasks/errors/errors.ts';
import { indexAt } from '../../util/indexAt.ts';
import { messageOf } from '../../util/messageOf.ts';
import type { KeyOf } from '../Plan.ts';
import type { Chunk } from './Chunk.ts';
import type { ChunkReader } from './ChunkReader.ts';
import type { Partition } from './Partition.ts';
import { Partitions, type Taken } from './Partitions.ts';

/** How the items of a run with keys are divided into chunks. */
export interface KeyedPlan<In> {
  readonly partitionBy: KeyOf<In>;
  /** Whether a chunk may have more than one item of a key. */
  readonly severalPerKey: boolean;
}

/** Takes items of a source in chunks. One chunk at a time has items of a key, in the order of the source. */
export class KeyedReader<In> {
  private readonly reader: ChunkReader<In>;
  private readonly plan: KeyedPlan<In>;
  private readonly partitions = new Partitions<In>();
  private readonly keyless: (chunk: Chunk<In>) => void;
  private readonly freed: (index: number) => void;

  /**
   * @param keyless - Called with an item for which `partitionBy` throws.
   * @param freed - Called with the index of an item that has waited for its key, and may run now.
   */
  constructor(
    reader: ChunkReader<In>,
    plan: KeyedPlan<In>,
    keyless: (chunk: Chunk<In>) => void,
    freed: (index: number) => void,
  ) {
    this.reader = reader;
    this.plan = plan;
    this.keyless = keyless;
    this.freed = freed;
  }

  /** The number of items that have been taken from the source, and wait. */
  get size(): number {
    return this.partitions.size;
  }

  /** Whether an item waits whose key is free. */
  get isReady(): boolean {
    return this.partitions.readySize > 0;
  }

  /**
   * Takes items of the source until so many wait whose keys are free that each worker could have a chunk, as far as there is room.
   *
   * @param workers - The number of chunks at once.
   */
  read(workers: number): void {
    const items = this.sizeOfNext();
    const wanted = items === 1 ? 1 : items * workers;
    for (;;) {
      const missing = wanted - this.partitions.readySize;
      if (missing <= 0) return;
      const chunk = this.reader.take(missing);
      if (chunk === undefined) return;
      for (const [at, item] of chunk.items.entries()) this.enter(chunk.first + at, item);
    }
  }

  /**
   * Takes the next items whose keys are free; undefined where there are none now.
   *
   * @param workers - The number of chunks at once.
   * @param stoppedAt - No items from this index on run any more.
   */
  take(workers: number, stoppedAt: number): Chunk<In> | undefined {
    const items = this.sizeOfNext();
    while (this.isReady) {
      const taken = this.partitions.take({ items, workers, several: this.plan.severalPerKey });
      const chunk = chunkOf(taken.filter(({ index }) => index < stoppedAt));
      for (const { index, partition } of taken) if (index >= stoppedAt) this.leave(partition);
      if (chunk !== undefined) return chunk;
    }
    return undefined;
  }

  /** Notes that an item of a chunk has settled, or will not run. */
  leave(partition: Partition<In>): void {
    const index = this.partitions.leave(partition);
    if (index !== undefined) this.freed(index);
  }

  /** Takes back the items of a chunk from a position on, none of which has run. They go before the others of their keys. */
  putBack(chunk: Chunk<In>, from: number): void {
    const { partitions = [], items } = chunk;
    const returned = partitions.slice(from);
    for (const [at, partition] of returned.entries())
      this.partitions.putBack(partition, { index: indexAt(chunk, from + at), item: items[from + at] as In });
    for (const partition of returned) this.leave(partition);
  }

  private sizeOfNext(): number {
    return this.reader.sizeOfNext(this.partitions.size);
  }

  private enter(index: number, item: In): void {
    try {
      this.partitions.add(this.plan.partitionBy(item), { index, item });
    } catch (cause) {
      const message = `partitionBy failed on item ${String(index)}: ${messageOf(cause)}`;
      const failed = new TaskError(message, { index, item, attempts: 1, cause });
      this.keyless({ first: index, items: [item], attempt: 1, crashes: 0, failed });
    }
  }
}

/** The chunk of items that have been taken for it, if there are any. */
function chunkOf<In>(taken: readonly Taken<In>[]): Chunk<In> | undefined {
  const [first, last] = [taken[0], taken.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const areConsecutive = last.index - first.index === taken.length - 1;
  return {
    first: first.index,
    indices: areConsecutive ? undefined : taken.map(({ index }) => index),
    items: taken.map(({ item }) => item),
    partitions: taken.map(({ partition }) => partition),
    attempt: 1,
    crashes: 0,
  };
}
