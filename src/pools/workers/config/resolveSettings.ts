import type { AnyTask } from '../../../tasks/Task.ts';
import { toTask } from '../../../tasks/toTask.ts';
import type { WorkerLauncher, WorkerSettings } from '../Transport.ts';
import { orValues } from '../../../util/orValues.ts';
import { POOL_DEFAULTS } from './poolDefaults.ts';
import type { WorkerPoolConfig } from './WorkerPoolConfig.ts';

/** The settings of the workers of a pool. */
export interface SlotSettings extends WorkerSettings {
  readonly launcher: WorkerLauncher;
  readonly initializer: AnyTask | undefined;
  readonly initArgs: readonly unknown[];
  /** Called in each worker before it ends. */
  readonly teardown: AnyTask | undefined;
  /** The time that a worker may take to boot, including its initializer, in milliseconds. */
  readonly bootTimeoutMs: number;
  /** The maximum number of items that a worker is given. */
  readonly maxTasks: number;
  /** The time without work after which a worker is released, in milliseconds. */
  readonly idleMs: number;
  /** The number of workers that are kept, even if they are idle. */
  readonly minWorkers: number;
  /** Whether the program may end while workers work. */
  readonly daemon: boolean;
}

/** The settings of a pool's slots, with their defaults. */
export function resolveSettings(launcher: WorkerLauncher, given: WorkerPoolConfig): SlotSettings {
  const config = orValues(given, POOL_DEFAULTS);
  const { initializer, teardown } = config;
  return {
    launcher,
    initializer: initializer === undefined ? undefined : toTask(initializer),
    initArgs: config.initArgs,
    teardown: teardown === undefined ? undefined : toTask(teardown),
    name: config.name,
    minWorkers: config.minWorkers,
    daemon: false,
    maxTasks: config.maxTasksPerWorker,
    idleMs: config.idleMs,
    graceMs: config.graceMs,
    bootTimeoutMs: config.bootTimeout,
    memoryMb: config.memoryMb,
    env: config.env,
    execArgv: config.execArgv,
  };
}
