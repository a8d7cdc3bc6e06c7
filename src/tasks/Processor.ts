import type { TaskOrigin } from './Task.ts';

/**
 * Works on batches: one instance per worker and run.
 *
 * @example What is made once, and used for each batch
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
  /** Gives one result per item of the batch, in order; more or fewer end the run with a TaskError. */
  process(batch: readonly In[]): Iterable<Out> | AsyncIterable<Out>;
}

/**
 * A class of processors, which the worker constructs.
 *
 * @typeParam In - One item of a batch.
 * @typeParam Out - The result of an item.
 * @typeParam Args - What its constructor takes.
 */
export type ProcessorClass<In, Out, Args extends readonly unknown[] = []> = new (...args: Args) => Processor<In, Out>;

/**
 * A named class of processors, made by {@link tasks}: an export of a module that each worker imports for itself.
 *
 * @typeParam In - One item of a batch.
 * @typeParam Out - The result of an item.
 * @typeParam Args - What its constructor takes.
 * @see {@link parallelGen}, which runs it.
 */
export interface ProcessorTask<In, Out, Args extends readonly unknown[] = []> {
  /** Where a worker finds it. */
  readonly origin: TaskOrigin;
  /** Its types; never there at run time. By name, as those of a {@link Task}. */
  readonly '~processor': (item: In, ...args: Args) => Out;
}
