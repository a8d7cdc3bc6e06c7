import type { Delivery } from './Delivery.ts';

/** The results of consecutive items. */
interface Part<Out> {
  readonly first: number;
  readonly values: readonly Out[];
  /** The same, where others may be added. */
  readonly growing?: Out[];
  /** The index that comes next. */
  end: number;
}

/** A result of an item with others around it. */
interface Scattered<Out> {
  readonly index: number;
  readonly value: Out;
}

/**
 * Results of fewer items are put together, since a part for each would hold more than they do. From so many on, numbers come in
 * arrays of numbers, which cannot be joined as fast if there are arrays of other values among them.
 */
const FEW = 128;
/** The number of lists that one call concatenates, since it has an argument for each of them. */
const BATCH = 1000;

/** Collects deliveries, in whatever order they come, and puts their results in the order of the source. */
export class Parts<Out> {
  private readonly parts: Part<Out>[] = [];
  /** The results of items with others between them. */
  private readonly scattered: Scattered<Out>[] = [];

  /** The number of parts that are kept. */
  get count(): number {
    return this.parts.length;
  }

  /**
   * Adds a delivery to the part that it continues. Deliveries of generators, which may have several values per item, stay
   * apart.
   *
   * @throws the failure of the delivery.
   */
  add(delivery: Delivery<Out>): void {
    const { first, values, indices, isScattered, count, failed, failure } = delivery;
    if (failure !== undefined) throw failure;
    const { parts, scattered } = this;
    const last = parts.at(-1);
    if (isScattered === true)
      for (const [at, value] of values.entries()) scattered.push({ index: indices?.[at] ?? first + at, value });
    else if (values.length >= FEW) parts.push({ first, values, end: first + count });
    else if (last?.growing !== undefined && last.end === first && indices === undefined && failed === undefined) {
      for (const value of values) last.growing.push(value);
      last.end += count;
    } else {
      // `[...values]` would be an array of other values, also if all are numbers.
      const growing: Out[] = [];
      for (const value of values) growing.push(value);
      parts.push({ first, values: growing, growing, end: first + count });
    }
    delivery.done();
  }

  /** All values, one after the other: several times as fast as by `push`, which copies the growing list again and again. */
  join(): Out[] {
    this.gather();
    let lists = this.parts.sort((a, b) => a.first - b.first).map(({ values }) => values);
    do {
      const batches: Out[][] = [];
      for (let at = 0; at < lists.length; at += BATCH)
        batches.push(([] as Out[]).concat(...lists.slice(at, at + BATCH)));
      lists = batches;
    } while (lists.length > 1);
    return (lists[0] ?? []) as Out[];
  }

  /** Makes parts of the results that have come with others between them: nearly all of them are consecutive by now. */
  private gather(): void {
    let end = -1;
    let growing: Out[] = [];
    for (const { index, value } of this.scattered.sort((a, b) => a.index - b.index)) {
      // Several results of one generator have one index.
      if (index > end) this.parts.push({ first: index, values: (growing = []), end: index });
      growing.push(value);
      end = index + 1;
    }
    this.scattered.length = 0;
  }
}
