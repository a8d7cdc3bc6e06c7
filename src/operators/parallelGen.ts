import { bufferCount, concatMap, from, identity, map, tap, toArray, type OperatorFunction } from 'rxjs';
import { Batches, type BatchResults } from '../flow/Batches.ts';
import { ProgressTracker } from '../flow/progress/ProgressTracker.ts';
import { flow$ } from '../flow/flow.ts';
import type { Indexed } from '../flow/Indexed.ts';
import type { ProcessorClass, ProcessorTask } from '../tasks/Processor.ts';
import type { Task } from '../tasks/Task.ts';
import { checkCount } from '../util/check.ts';
import { flatten } from '../util/rx/flatten.ts';
import { takeOptions } from '../util/takeOptions.ts';
import type { ConfigOf, ParallelConfig } from './config/ParallelConfig.ts';
import { resolveConfig } from './config/resolveConfig.ts';
import type { Received } from './config/Received.ts';

const OPTIONS = [
  'workers',
  'pool',
  'args',
  'batchSize',
  'ordered',
  'bufferSize',
  'signal',
  'progress',
  'total',
] as const;

/**
 * Options of {@link parallelGen}.
 *
 * @typeParam Args - The arguments of the constructor, or those of a batch function after the batch. If omitted, there are
 *   none.
 */
export interface ParallelGenConfig<Args extends readonly unknown[] = []> extends Pick<
  ParallelConfig<never, Args>,
  Exclude<(typeof OPTIONS)[number], 'batchSize'>
> {
  /**
   * The maximum number of items in a batch, an integer from 1.
   *
   * @defaultValue `total` divided by the number of workers; without `total`, the items are held until the source ends, and
   *   split into as many batches as there are workers
   */
  readonly batchSize?: number;
}

/**
 * A generator function that takes a batch, as an alternative to a class.
 *
 * @typeParam In - One item of a batch.
 * @typeParam Out - The result of an item.
 * @typeParam Args - The arguments after the batch.
 */
export type BatchFunction<In, Out, Args extends readonly unknown[]> = (
  batch: readonly In[],
  ...args: Args
) => Iterable<Out> | AsyncIterable<Out>;

/**
 * Runs a processor on contiguous batches of the source, one instance per worker, and emits each result with the index of
 * its item.
 *
 * ```text
 * source  -a-b-c-d-|
 * batches          [a, b] takes 3 frames an item, [c, d] takes 2
 * result  -----------CAD-(B|)   with indices 2, 0, 3, 1
 * ```
 *
 * - **emits** `[index, result]` when a processor yields a result; with `ordered` in the order of the source
 * - **queues** items without a bound; without `total` and `batchSize`, all items until the source ends
 * - **completes** when the source has completed and every batch has ended
 * - **errors** with the first error of the source or of a processor; `index` is that of the first item without a result. A
 *   processor that does not yield exactly one result per item is an error, too
 * - **on unsubscribe** unsubscribes from the source, and cancels the processors: their `finally` runs
 *
 * @example One model per worker
 * ```ts
 * const { Classifier } = tasks<typeof import('./classifier.ts')>(new URL('./classifier.ts', import.meta.url));
 *
 * from(texts).pipe(parallelGen(Classifier, { args: ['model.bin'] })).subscribe(([index, label]) => show(index, label));
 * ```
 *
 * @param processor - A class with a method `process(batch)`, or a generator function that takes a batch; inline or from
 *   {@link tasks}. Each worker constructs the class once per run, with `args`.
 * @param config - The options; required, with `args`, if the processor has arguments.
 * @throws TypeError or RangeError at the call if an option is wrong or the processor cannot be sent.
 * @see {@link parallelMap} if the items share nothing that is expensive to make.
 */
export function parallelGen<In, Out, Args extends readonly unknown[]>(
  processor:
    | ProcessorClass<In, Out, Args>
    | ProcessorTask<In, Out, Args>
    | BatchFunction<In, Out, Args>
    | Task<readonly In[], Out, Args>,
  ...config: ConfigOf<ParallelGenConfig<NoInfer<Args>>, Args>
): OperatorFunction<In, Indexed<Received<Out>>> {
  const [given = {}] = config as readonly [ParallelGenConfig<readonly unknown[]>?];
  const { batchSize, ...rest } = takeOptions(given, OPTIONS);
  if (batchSize !== undefined) checkCount('batchSize', batchSize, 1);
  const { run$ } = resolveConfig(processor, rest, { style: 'processor', options: OPTIONS });

  return (source$) =>
    run$((plan) => {
      const size =
        batchSize ?? (plan.total === undefined ? undefined : Math.max(1, Math.ceil(plan.total / plan.workers)));
      const batches = new Batches<In>();
      const batches$ = from(source$).pipe(
        size === undefined ? inParts(plan.workers) : bufferCount(size),
        map((items) => batches.add(items)),
      );
      const perBatch = {
        ...plan,
        chunkSize: 1,
        report: undefined,
        bufferSize:
          plan.bufferSize === undefined || size === undefined
            ? plan.bufferSize
            : Math.max(1, Math.floor(plan.bufferSize / size)),
      };

      const counting = plan.report === undefined ? undefined : new ProgressTracker(plan.report, plan);

      return flow$<readonly In[], Received<Out>>(batches$, perBatch).pipe(
        map((delivery) => batches.resultsOf(delivery)),
        counting === undefined ? identity : tap<BatchResults<Received<Out>>>(counting.settled),
        counting === undefined ? identity : tap<BatchResults<Received<Out>>>(counting.ending),
        flatten(pairsOf),
      );
    });
}

/** As many contiguous batches as there are workers, when the source has ended. */
function inParts<In>(parts: number): OperatorFunction<In, readonly In[]> {
  return (source$) =>
    source$.pipe(
      toArray(),
      concatMap((items) => {
        const size = Math.ceil(items.length / parts);
        return Array.from({ length: size === 0 ? 0 : Math.ceil(items.length / size) }, (_, part) =>
          items.slice(part * size, (part + 1) * size),
        );
      }),
    );
}

function* pairsOf<Out>({ first, values, failure, done }: BatchResults<Out>): Generator<Indexed<Out>> {
  for (const [at, value] of values.entries()) yield [first + at, value];
  if (failure !== undefined) throw failure;
  done();
}
