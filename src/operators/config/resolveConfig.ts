import { asyncScheduler, defer, of, timer, type Observable, type RetryConfig, type SchedulerLike } from 'rxjs';
import { isAbortSignal } from '../../platform/isAbortSignal.ts';
import type { ErrorPolicy, Plan, ProgressReport, Retrying } from '../../flow/Plan.ts';
import { progressBar } from '../../flow/progress/progressBar.ts';
import { withPool$ } from '../../pools/workers/node/withPool.ts';
import type { Pool } from '../../pools/pool.ts';
import { assertSendable } from '../../tasks/assertSendable.ts';
import { assertNotImporting } from '../../tasks/module/importGuard.ts';
import type { TransferableObject } from '../../tasks/TransferableObject.ts';
import type { TaskStyle } from '../../tasks/Task.ts';
import { toTask } from '../../tasks/toTask.ts';
import { checkCount, checkFunction, checkMs, checkOneOf, show } from '../../util/check.ts';
import { takeOptions } from '../../util/takeOptions.ts';
import type { ParallelConfig } from './ParallelConfig.ts';

/** Options with checked values, and with the types of any run. */
export type AnyConfig = ParallelConfig<never, readonly unknown[], ErrorPolicy>;

/** The names of the options of a run. */
export const OPTIONS = [
  'workers',
  'pool',
  'args',
  'ordered',
  'partitionBy',
  'chunkSize',
  'bufferSize',
  'overflow',
  'pause',
  'timeout',
  'retry',
  'crashRetries',
  'onError',
  'signal',
  'progress',
  'total',
  'transfer',
  'scheduler',
] as const satisfies (keyof ParallelConfig)[];

/** A checked task with checked options, from which each subscription makes a run. */
export interface ResolvedConfig {
  /** Opens the pool that the options ask for, and makes a run on it. */
  readonly run$: <T>(use$: (plan: Plan<never>) => Observable<T>) => Observable<T>;
  /** The plan of a run on a given pool. */
  readonly plan: (pool: Pool, workers: number) => Plan<never>;
}

/**
 * Checks a task and the options of a run, at the call.
 *
 * @param task - A function, or a task of a module.
 * @param given - What the caller gave.
 * @param more - How the task is called, the names of the options that may be given, and what else is known of the run.
 * @throws TypeError or RangeError that says name, expectation and offender.
 */
export function resolveConfig(
  task: unknown,
  given: AnyConfig = {},
  more: { readonly style?: TaskStyle; readonly options?: readonly string[]; readonly total?: number | undefined } = {},
): ResolvedConfig {
  const { style = 'item', options = OPTIONS, total } = takeOptions(more, ['style', 'options', 'total']);
  const config = takeOptions(given, options);
  checkValues(config);
  const { workers, pool: choice = 'thread', args = [], chunkSize = 'auto', pause = 0, timeout = Infinity } = config;
  const checked = toTask(task as never, style);
  if (typeof choice === 'object' && workers !== 0) choice.checkTask?.(checked);
  if (usesMessages(choice, workers)) assertSendable(checked);

  const plan = (pool: Pool, concurrency: number): Plan<never> => ({
    task: assertNotImporting(checked),
    args,
    pool,
    workers: concurrency,
    ordered: config.ordered ?? false,
    partitionBy: config.partitionBy,
    chunkSize: chunkSizeOf(chunkSize, config, pool),
    bufferSize: config.bufferSize,
    overflow: config.overflow ?? 'buffer',
    pauseMs: pause,
    timeoutMs: timeout === Infinity ? undefined : timeout,
    retry: retryingOf(config.retry, config.scheduler),
    crashRetries: style === 'item' && mayCrash(config, pool) ? (config.crashRetries ?? 1) : 0,
    onError: config.onError ?? 'throw',
    signal: config.signal,
    report: reportOf(config.progress),
    total: config.total ?? total,
    transfer: config.transfer === undefined ? undefined : checkedTransfer(config.transfer),
    scheduler: config.scheduler ?? asyncScheduler,
    wanted$: ALWAYS$,
  });

  return {
    plan,
    run$: (use$) => withPool$(choice, workers, (pool, concurrency) => defer(() => use$(plan(pool, concurrency)))),
  };
}

const ALWAYS$ = of(true);

function checkValues(config: AnyConfig): void {
  const { workers, pool, args, ordered, chunkSize, bufferSize, pause, timeout, onError, signal } = config;
  const { partitionBy, overflow, progress, total, transfer, scheduler, retry, crashRetries } = config;
  if (workers !== undefined) checkCount('workers', workers, 0);
  if (pool !== undefined) checkPool(pool);
  if (args !== undefined && !Array.isArray(args)) throw new TypeError(`args must be an array, not ${show(args)}`);
  if (ordered !== undefined) checkOneOf('ordered', ordered, [true, false]);
  if (chunkSize !== undefined && chunkSize !== 'auto') checkCount('chunkSize', chunkSize, 1, ' or "auto"');
  if (bufferSize !== undefined && bufferSize !== Infinity) checkCount('bufferSize', bufferSize, 1, ' or Infinity');
  if (overflow !== undefined) checkOneOf('overflow', overflow, ['buffer', 'error']);
  if (pause !== undefined) checkMs('pause', pause, 0);
  if (timeout !== undefined && timeout !== Infinity) checkMs('timeout', timeout, 1, ', or Infinity');
  if (retry !== undefined) checkRetry(retry);
  if (crashRetries !== undefined) checkCount('crashRetries', crashRetries, 0);
  if (transfer !== undefined && retryingOf(retry) !== undefined)
    throw new TypeError('retry and transfer exclude each other: what is moved is gone after the first try');
  if (transfer !== undefined && crashRetries !== undefined && crashRetries > 0)
    throw new TypeError('crashRetries and transfer exclude each other: what is moved is gone with the worker');
  if (
    overflow === 'error' &&
    (bufferSize ?? (ordered === true || partitionBy !== undefined ? Infinity : 1)) === Infinity
  )
    throw new TypeError(
      'overflow: "error" needs a finite bufferSize with ordered or partitionBy: without one there is room for all items',
    );
  if (onError !== undefined) checkOneOf('onError', onError, ['throw', 'return', 'skip']);
  if (signal !== undefined && !isAbortSignal(signal))
    throw new TypeError(`signal must be an AbortSignal, not ${show(signal)}`);
  if (progress !== undefined && typeof progress !== 'boolean' && typeof progress !== 'function')
    throw new TypeError(`progress must be true, false or a function, not ${show(progress)}`);
  if (total !== undefined) checkCount('total', total, 0);
  if (partitionBy !== undefined) checkFunction('partitionBy', partitionBy);
  if (transfer !== undefined) checkFunction('transfer', transfer);
  if (scheduler !== undefined && typeof (scheduler as Partial<SchedulerLike> | null)?.schedule !== 'function')
    throw new TypeError(`scheduler must be a scheduler, not ${show(scheduler)}`);
}

function checkRetry(retry: unknown): void {
  if (typeof retry !== 'object' || retry === null) {
    if (retry !== Infinity) checkCount('retry', retry, 0, ', Infinity or an object');
    return;
  }
  const { count, delay: delay$, resetOnSuccess } = takeOptions(retry as RetryConfig, RETRY_OPTIONS, 'retry');
  if (count !== undefined && count !== Infinity) checkCount('retry.count', count, 0, ' or Infinity');
  if (delay$ !== undefined && typeof delay$ !== 'function') checkMs('retry.delay', delay$, 0, ', or a function');
  if (resetOnSuccess !== undefined && (resetOnSuccess as unknown) !== false)
    throw new TypeError(
      `retry.resetOnSuccess must be false, not ${show(resetOnSuccess)}: each item has tries of its own, and an item that succeeds needs none`,
    );
}

const RETRY_OPTIONS = ['count', 'delay', 'resetOnSuccess'];

function retryingOf(retry: AnyConfig['retry'], scheduler = asyncScheduler as SchedulerLike): Retrying | undefined {
  if (retry === undefined) return undefined;
  const given: RetryConfig = typeof retry === 'number' ? { count: retry } : retry;
  const { count = Infinity, delay: delay$ } = takeOptions(given, RETRY_OPTIONS);
  if (count === 0) return undefined;
  return {
    count,
    delay$: (error, attempt) => {
      if (typeof delay$ === 'function') return delay$(error, attempt);
      return delay$ === undefined ? of(0) : timer(delay$, scheduler);
    },
  };
}

function checkPool(pool: unknown): void {
  if (typeof (pool as Partial<Pool> | null)?.run$ === 'function') checkCount('pool.size', (pool as Pool).size, 1);
  else if (!['thread', 'process', 'local'].includes(pool as string))
    throw new TypeError(`pool must be "thread", "process", "local" or a pool, not ${show(pool)}`);
}

function usesMessages(pool: NonNullable<AnyConfig['pool']>, workers: number | undefined): boolean {
  if (workers === 0 || pool === 'local') return false;
  return typeof pool === 'string' || pool.sends === true;
}

/** Whether items may be lost with a worker, and are not gone then. */
function mayCrash({ transfer }: AnyConfig, pool: Pool): boolean {
  return transfer === undefined && pool.crashes !== false;
}

function chunkSizeOf(chunkSize: number | 'auto', config: AnyConfig, pool: Pool): number | undefined {
  const { pause = 0, transfer, partitionBy, retry = 0, timeout } = config;
  if (pause > 0 || transfer !== undefined || partitionBy !== undefined) return 1;
  // An item that is late is tried again when its worker is free: it must not wait for others, which may wait for it.
  if (retry !== 0 && timeout !== undefined) return 1;
  if (chunkSize !== 'auto') return chunkSize;
  return pool.sends === true ? undefined : 1;
}

function checkedTransfer(
  transfer: (item: never) => readonly TransferableObject[],
): (item: never) => readonly TransferableObject[] {
  return (item) => {
    const list: unknown = transfer(item);
    if (!Array.isArray(list)) throw new TypeError(`transfer must return an array, not ${show(list)}`);
    return list as readonly TransferableObject[];
  };
}

function reportOf(progress: AnyConfig['progress']): ProgressReport | undefined {
  if (progress === undefined || progress === false) return undefined;
  return progress === true ? progressBar() : { update: progress, stop: () => undefined };
}
