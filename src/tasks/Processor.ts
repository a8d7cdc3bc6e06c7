import type { TaskOrigin } from './Task.ts';

/**
 * Processes batches of items. Each worker makes one instance per run.
 *
 * @example Make an encoder once, and use it for each batch
 * ```ts
 * import type { Processor } from 'rxjs-parallel';
 *
 * export class Measurer implements Processor<string, number> {
 *   readonly encoder = new TextEncoder();
 *
 *   process(batch: readonly string[]): number[] {
 *     return batch.map((text) => this.encoder.encode(text).length);
 *   }
 * }
 * ```
 *
 * @typeParam In - One item of a batch.
 * @typeParam Out - The result of an item.
 * @see {@link parallelGen}, which also takes a generator function of a batch.
 */
export interface Processor<In, Out> {
  /**
   * Gives one result per item of the batch, in order. If there are more or fewer, the run ends with a {@link TaskError}.
   */
  process(batch: readonly In[]): Iterable<Out> | AsyncIterable<Out>;
}

/**
 * A class that implements {@link Processor}. Workers construct it.
 *
 * @typeParam In - One item of a batch.
 * @typeParam Out - The result of an item.
 * @typeParam Args - The arguments of its constructor.
 */
export type ProcessorClass<In, Out, Args extends readonly unknown[] = []> = new (...args: Args) => Processor<In, Out>;

/**
 * A class of processors from {@link tasks}: an export of a module that each worker imports.
 *
 * @typeParam In - One item of a batch.
 * @typeParam Out - The result of an item.
 * @typeParam Args - The arguments of its constructor.
 * @see {@link parallelGen}, which runs it.
 */
export interface ProcessorTask<In, Out, Args extends readonly unknown[] = []> {
  /** Where a worker finds it. */
  readonly origin: TaskOrigin;
  /** The types of the processor; it does not exist at run time. Its name is a string, like that of a {@link Task}. */
  readonly '~processor': (item: In, ...args: Args) => Out;
}
