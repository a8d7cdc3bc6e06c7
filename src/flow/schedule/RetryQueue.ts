import { Fifo } from '../../util/collections/Fifo.ts';
import type { Chunk } from './Chunk.ts';

/**
 * Failed items that may run again. Those of one attempt run together, but each for itself if a worker has died while it ran:
 * others would be lost with the next one.
 */
export class RetryQueue<In> {
  private readonly queue = new Fifo<Chunk<In>>();

  get length(): number {
    return this.queue.length;
  }

  /** Adds a chunk of one item. */
  push(chunk: Chunk<In>): void {
    this.queue.push(chunk);
  }

  /**
   * Takes the next items, `max` at most.
   *
   * @param stoppedAt - No items from this index on run any more.
   */
  take(max: number, stoppedAt: number): Chunk<In> | undefined {
    const chunks: Chunk<In>[] = [];
    for (let next = this.queue.first; next !== undefined && chunks.length < max; next = this.queue.first) {
      const [first] = chunks;
      if (next.first < stoppedAt) {
        if (first !== undefined && !fit(first, next)) break;
        chunks.push(next);
      }
      this.queue.drop();
    }
    return joined(chunks);
  }
}

function fit(first: Chunk<unknown>, next: Chunk<unknown>): boolean {
  return first.attempt === next.attempt && first.crashes === 0 && next.crashes === 0;
}

function joined<In>(chunks: Chunk<In>[]): Chunk<In> | undefined {
  const [first] = chunks.sort((a, b) => a.first - b.first);
  if (first === undefined || chunks.length === 1) return first;
  const indices = chunks.map((chunk) => chunk.first);
  const areConsecutive = (indices.at(-1) as number) - first.first === indices.length - 1;
  return {
    ...first,
    indices: areConsecutive ? undefined : indices,
    items: chunks.flatMap(({ items }) => items),
    partitions: first.partitions === undefined ? undefined : chunks.flatMap(({ partitions = [] }) => partitions),
  };
}
