import { asyncScheduler, type SchedulerLike } from 'rxjs';
import type { ErrorPolicy } from '../../flow/Plan.ts';
import { isAbortSignal } from '../../platform/realms/isAbortSignal.ts';
import type { Pool } from '../../pools/pool.ts';
import { checkArray, checkCount, checkFunction, checkMs, show } from '../../util/check.ts';
import { countFrom, msFrom, oneOf } from '../../util/optionChecks.ts';
import { orElse, takeChecked, type Option } from '../../util/options.ts';
import { checkPriority } from './checkPriority.ts';
import type { ParallelConfig } from './ParallelConfig.ts';

/** Options with checked values, and with the types of any run. */
export type AnyConfig = ParallelConfig<never, readonly unknown[], ErrorPolicy>;

/** What `retry` may be as an object. */
export const RETRY_OPTIONS = {
  count: {
    check: countFrom(0, Infinity),
    default: Infinity,
  },
  delay: {
    check: (name, value) => {
      if (typeof value !== 'function') checkMs(name, value, 0, ', or a function');
    },
  },
  resetOnSuccess: {
    check: orElse(false, (name, value) => {
      throw new TypeError(
        `${name} must be false, not ${show(value)}: each item has tries of its own, and an item that succeeds needs none`,
      );
    }),
  },
} as const satisfies Record<string, Option>;

/** The options of a run. */
export const RUN_OPTIONS = {
  workers: {
    check: countFrom(0),
  },
  pool: { check: checkPool, default: 'thread' },
  args: {
    check: checkArray,
    default: [] as readonly unknown[],
  },
  ordered: { check: oneOf(true, false), default: false },
  partitionBy: { check: checkFunction },
  chunkSize: {
    check: countFrom(1, 'auto'),
    default: 'auto',
  },
  bufferSize: {
    check: countFrom(1, Infinity),
  },
  overflow: { check: oneOf('buffer', 'error'), default: 'buffer' },
  priority: { check: checkPriority, default: 0 },
  pause: {
    check: msFrom(0),
    default: 0,
  },
  timeout: {
    check: msFrom(1, Infinity),
    default: Infinity,
  },
  retry: { check: checkRetry, default: 0 },
  crashRetries: {
    check: countFrom(0),
    default: 1,
  },
  onError: { check: oneOf('throw', 'return', 'skip'), default: 'throw' },
  signal: {
    check: (name, value) => {
      if (!isAbortSignal(value)) throw new TypeError(`${name} must be an AbortSignal, not ${show(value)}`);
    },
  },
  progress: {
    check: (name, value) => {
      if (typeof value !== 'boolean' && typeof value !== 'function')
        throw new TypeError(`${name} must be true, false or a function, not ${show(value)}`);
    },
    default: false,
  },
  total: {
    check: countFrom(0),
  },
  transfer: { check: checkFunction },
  scheduler: {
    check: (name, value) => {
      if (typeof (value as Partial<SchedulerLike> | null)?.schedule !== 'function')
        throw new TypeError(`${name} must be a scheduler, not ${show(value)}`);
    },
    default: asyncScheduler,
  },
} as const satisfies Record<keyof ParallelConfig, Option>;

/** The names of the options of a run. */
export const OPTIONS = Object.keys(RUN_OPTIONS) as (keyof ParallelConfig)[];

function checkPool(name: string, pool: unknown): void {
  if (typeof (pool as Partial<Pool> | null)?.run$ === 'function') checkCount(`${name}.size`, (pool as Pool).size, 1);
  else if (!['thread', 'process', 'local'].includes(pool as string))
    throw new TypeError(`${name} must be "thread", "process", "local" or a pool, not ${show(pool)}`);
}

function checkRetry(name: string, retry: unknown): void {
  if (typeof retry === 'object' && retry !== null) takeChecked(retry, RETRY_OPTIONS, undefined, name);
  else if (retry !== Infinity) checkCount(name, retry, 0, ', Infinity or an object');
}
