import { ParallelError, TaskError, type ParallelErrorDetails } from '../tasks/errors/errors.ts';
import { itemMessageOf, wordItem, type ItemMessage } from '../tasks/errors/ItemMessage.ts';
import type { Delivery } from './Delivery.ts';

/** Results of consecutive items, and what ends the run after them. */
export interface BatchResults<Out> {
  /** The index of the first. */
  readonly first: number;
  readonly values: readonly Out[];
  readonly count: number;
  readonly failure: ParallelError | undefined;
  readonly done: () => void;
}

interface Batch<In> {
  /** The index of its first item. */
  readonly first: number;
  readonly items: readonly In[];
  readonly answered: number;
}

/** The batches of a run, each of which travels as one item: gives the results the indices of the items themselves. */
export class Batches<In> {
  private readonly batches = new Map<number, Batch<In>>();
  private added = 0;
  private next = 0;

  add(items: readonly In[]): readonly In[] {
    this.batches.set(this.added, { first: this.next, items, answered: 0 });
    this.added += 1;
    this.next += items.length;
    return items;
  }

  /** What a delivery for a batch says of its items. A batch has to end with one result per item. */
  resultsOf<Out>(delivery: Delivery<Out>): BatchResults<Out> {
    const { first: number, values, count, failure } = delivery;
    const { first, items, answered } = this.batches.get(number) ?? { first: 0, items: [], answered: 0 };
    const total = answered + values.length;
    this.batches.set(number, { first, items, answered: total });
    if (count > 0) this.batches.delete(number);

    const fitting = values.slice(0, items.length - answered);
    const at = answered + fitting.length;
    const details = at < items.length ? { index: first + at, item: items[at], attempts: 1 } : { attempts: 1 };
    const wrong = total > items.length || (count > 0 && total < items.length);
    return {
      first: first + answered,
      values: fitting,
      count: fitting.length,
      failure:
        failure === undefined
          ? wrong
            ? miscount(total, items.length, details)
            : undefined
          : unanswered(failure, details, { first, end: first + items.length }),
      done: () => {
        delivery.done();
      },
    };
  }
}

function miscount(results: number, items: number, details: ParallelErrorDetails): TaskError {
  const many = results > items ? 'more results than items' : `${String(results)} results`;
  return new TaskError(
    `a processor gave ${many} for a batch of ${String(items)}: it has to yield one per item`,
    details,
  );
}

/**
 * The error of a batch as the error of its first item without a result. To a pool the batch was an item, of another number,
 * so the message names the items of the batch instead.
 */
function unanswered(
  error: ParallelError,
  { index, item }: ParallelErrorDetails,
  batch: { readonly first: number; readonly end: number },
): ParallelError {
  const parts = itemMessageOf(error);
  const message = parts === undefined ? error.message : wordItem(parts, nameOf(parts, index, batch));
  const ErrorClass = error.constructor as typeof ParallelError;
  const own = Object.fromEntries(Object.entries(error));
  return new ErrorClass(message, {
    ...own,
    index,
    item,
    ...(Object.hasOwn(error, 'cause') ? { cause: error.cause } : {}),
  });
}

function nameOf(
  { preposition }: ItemMessage,
  index: number | undefined,
  batch: { readonly first: number; readonly end: number },
): string | undefined {
  if (preposition === undefined) return `the batch of ${itemsFrom(batch.first, batch.end)}`;
  if (index === undefined) return undefined;
  return preposition === 'on' ? itemsFrom(index, batch.end) : `item ${String(index)}`;
}

function itemsFrom(first: number, end: number): string {
  return end === first + 1 ? `item ${String(first)}` : `items ${String(first)} to ${String(end - 1)}`;
}
