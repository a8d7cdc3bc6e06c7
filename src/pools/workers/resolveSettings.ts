import { BOOT_TIMEOUT_MS, GRACE_MS } from '../shared/defaults.ts';
import type { AnyTask } from '../../tasks/Task.ts';
import { toTask } from '../../tasks/toTask.ts';
import type { WorkerLauncher, WorkerSettings } from './Transport.ts';
import type { WorkerPoolConfig } from './WorkerPoolConfig.ts';

/** The settings of the workers of a pool. */
export interface SlotSettings extends WorkerSettings {
  readonly launcher: WorkerLauncher;
  readonly initializer: AnyTask | undefined;
  readonly initArgs: readonly unknown[];
  /** The time that a worker may take to boot, including its initializer, in milliseconds. */
  readonly bootTimeoutMs: number;
  /** The maximum number of items that a worker is given. */
  readonly maxTasks: number;
  /** The time without work after which a worker is released, in milliseconds. */
  readonly idleMs: number;
}

/** The settings of a pool's slots, with their defaults. */
export function resolveSettings(launcher: WorkerLauncher, config: WorkerPoolConfig): SlotSettings {
  return {
    launcher,
    initializer: config.initializer === undefined ? undefined : toTask(config.initializer),
    initArgs: config.initArgs ?? [],
    maxTasks: config.maxTasksPerWorker ?? Infinity,
    idleMs: config.idleMs ?? 5000,
    graceMs: config.graceMs ?? GRACE_MS,
    bootTimeoutMs: config.bootTimeout ?? BOOT_TIMEOUT_MS,
    memoryMb: config.memoryMb,
    env: config.env,
    execArgv: config.execArgv,
  };
}
