import { asyncScheduler, defer, of, timer, type Observable, type RetryConfig, type SchedulerLike } from 'rxjs';
import type { Plan, ProgressReport, Retrying } from '../../flow/Plan.ts';
import { progressBar } from '../../flow/progress/progressBar.ts';
import { withPool$ } from '../../pools/workers/node/withPool.ts';
import type { Pool } from '../../pools/pool.ts';
import { assertSendable } from '../../tasks/assertSendable.ts';
import { assertNotImporting } from '../../tasks/module/importGuard.ts';
import type { TransferableObject } from '../../tasks/TransferableObject.ts';
import type { TaskStyle } from '../../tasks/Task.ts';
import { toTask } from '../../tasks/toTask.ts';
import { show } from '../../util/check.ts';
import { takeChecked, withDefaults } from '../../util/options.ts';
import { takeOptions } from '../../util/takeOptions.ts';
import { OPTIONS, RETRY_OPTIONS, RUN_OPTIONS, type AnyConfig } from './options.ts';

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
    plan,
    run$: (use$) => withPool$(choice, workers, (pool, concurrency) => defer(() => use$(plan(pool, concurrency)))),
  };
}

const ALWAYS$ = of(true);

/** Refuses options that exclude each other. */
function checkTogether(config: AnyConfig): void {
  const { ordered, bufferSize, partitionBy, overflow, transfer, retry, crashRetries } = config;
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
}

function retryingOf(retry: AnyConfig['retry'] = 0, scheduler = asyncScheduler as SchedulerLike): Retrying | undefined {
  const given: RetryConfig = typeof retry === 'number' ? { count: retry } : retry;
  const { count, delay: delay$ } = withDefaults(takeOptions(given, Object.keys(RETRY_OPTIONS)), RETRY_OPTIONS);
  if (count === 0) return undefined;
  return {
    count,
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

/** Whether items may be lost with a worker, and are not gone then. */
function mayCrash({ transfer }: AnyConfig, pool: Pool): boolean {
  return transfer === undefined && pool.crashes !== false;
}

function chunkSizeOf(config: AnyConfig, pool: Pool): number | undefined {
  const { chunkSize = 'auto', pause = 0, transfer, partitionBy, retry = 0, timeout } = config;
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

function reportOf(progress: NonNullable<AnyConfig['progress']>): ProgressReport | undefined {
  if (progress === false) return undefined;
  return progress === true ? progressBar() : { update: progress, stop: () => undefined };
}
