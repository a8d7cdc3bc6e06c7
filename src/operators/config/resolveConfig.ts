import { asyncScheduler, defer, of, timer, type Observable, type RetryConfig, type SchedulerLike } from 'rxjs';
import type { Plan, ProgressReport, Retrying } from '../../flow/Plan.ts';
import { progressBar } from '../../flow/progress/node/progressBar.ts';
import { withPool$ } from '../../pools/workers/node/withPool.ts';
import type { Pool } from '../../pools/pool.ts';
import { assertSendable } from '../../tasks/assertSendable.ts';
import { assertNotImporting } from '../../tasks/module/importGuard.ts';
import type { TransferableObject } from '../../tasks/TransferableObject.ts';
import type { AnyTask, TaskStyle } from '../../tasks/Task.ts';
import { toTask } from '../../tasks/toTask.ts';
import { show } from '../../util/check.ts';
import { takeChecked, withDefaults } from '../../util/options.ts';
import { takeOptions } from '../../util/takeOptions.ts';
import { OPTIONS, RETRY_OPTIONS, RUN_OPTIONS, type AnyConfig } from './options.ts';

/** A checked task and its checked options, from which each subscription makes a run. */
export interface ResolvedConfig {
  readonly task: AnyTask;
  /** Opens the pool of the options, and makes a run on it. */
  readonly run$: <T>(use$: (plan: Plan<never>) => Observable<T>) => Observable<T>;
  /** The plan of a run on a given pool. */
  readonly plan: (pool: Pool, workers: number) => Plan<never>;
}

/**
 * Checks a task and the options of a run, at the call.
 *
 * @param task - A function, or a task of a module.
 * @param given - The options of the caller.
 * @param more - The style of the task, the names of the allowed options, and the number of items if it is known.
 * @throws TypeError or RangeError that names the option, the expectation and the given value.
 */
export function resolveConfig(
  task: unknown,
  given: AnyConfig = {},
  more: { readonly style?: TaskStyle; readonly options?: readonly string[]; readonly total?: number | undefined } = {},
): ResolvedConfig {
  const { style = 'item', options = OPTIONS, total } = takeOptions(more, ['style', 'options', 'total']);
  const asGiven = takeChecked(given, RUN_OPTIONS, options);
  checkTogether(asGiven);
  const config = withDefaults(asGiven, RUN_OPTIONS);
  const { workers, pool: choice, timeout } = config;
  const checked = toTask(task as never, style);
  if (typeof choice === 'object' && workers !== 0) choice.checkTask?.(checked);
  if (usesMessages(choice, workers)) assertSendable(checked);

  const plan = (pool: Pool, concurrency: number): Plan<never> => ({
    task: assertNotImporting(checked),
    args: config.args,
    pool,
    workers: concurrency,
    maxWorkers: workers,
    ordered: config.ordered,
    partitionBy: config.partitionBy,
    chunkSize: chunkSizeOf(asGiven, pool),
    bufferSize: config.bufferSize,
    overflow: config.overflow,
    priority: config.priority,
    pauseMs: config.pause,
    timeoutMs: timeout === Infinity ? undefined : timeout,
    retry: retryingOf(config.retry, config.scheduler),
    crashRetries: style === 'item' && mayCrash(config, pool) ? config.crashRetries : 0,
    onError: config.onError,
    signal: config.signal,
    report: reportOf(config.progress),
    total: config.total ?? total,
    transfer: config.transfer === undefined ? undefined : checkedTransfer(config.transfer),
    scheduler: config.scheduler,
    wanted$: ALWAYS$,
  });

  return {
    task: checked,
    plan,
    run$: (use$) =>
      withPool$(choice, workers, (pool, concurrency) => defer(() => use$(plan(pool, concurrency))), checked),
  };
}

const ALWAYS$ = of(true);

/** Refuses options that exclude each other. */
function checkTogether(config: AnyConfig): void {
  const { ordered, bufferSize, partitionBy, overflow, transfer, retry, crashRetries } = config;
  if (transfer !== undefined && retryingOf(retry) !== undefined)
    throw new TypeError('retry and transfer exclude each other: moved objects are lost after the first attempt');
  if (transfer !== undefined && crashRetries !== undefined && crashRetries > 0)
    throw new TypeError('crashRetries and transfer exclude each other: moved objects are lost with the worker');
  if (
    overflow === 'error' &&
    (bufferSize ?? (ordered === true || partitionBy !== undefined ? Infinity : 1)) === Infinity
  )
    throw new TypeError(
      'overflow: "error" needs a finite bufferSize with ordered or partitionBy: without one there is room for all items',
    );
}

function retryingOf(retry: AnyConfig['retry'] = 0, scheduler = asyncScheduler as SchedulerLike): Retrying | undefined {
  const given: RetryConfig = typeof retry === 'number' ? { count: retry } : retry;
  const { count, delay: delay$ } = withDefaults(takeOptions(given, Object.keys(RETRY_OPTIONS)), RETRY_OPTIONS);
  if (count === 0) return undefined;
  return {
    count,
    isSameForAll: typeof delay$ !== 'function',
    delay$: (error, attempt) => {
      if (typeof delay$ === 'function') return delay$(error, attempt);
      return delay$ === undefined ? of(0) : timer(delay$, scheduler);
    },
  };
}

function usesMessages(pool: NonNullable<AnyConfig['pool']>, workers: number | undefined): boolean {
  if (workers === 0 || pool === 'local') return false;
  return typeof pool === 'string' || pool.sends === true;
}

/** Whether a worker can crash and its items can run again: moved objects are lost with the worker. */
function mayCrash({ transfer }: AnyConfig, pool: Pool): boolean {
  return transfer === undefined && pool.crashes !== false;
}

function chunkSizeOf(config: AnyConfig, pool: Pool): number | undefined {
  const { chunkSize = 'auto', pause = 0, transfer, retry = 0, timeout } = config;
  if (pause > 0 || transfer !== undefined) return 1;
  // An item that timed out runs again when its worker is free. In a chunk, it would wait for items that may wait for it.
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

function reportOf(progress: NonNullable<AnyConfig['progress']>): ProgressReport | undefined {
  if (progress === false) return undefined;
  return progress === true ? progressBar() : { update: progress, stop: () => undefined };
}
