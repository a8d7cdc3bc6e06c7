import { BOOT_TIMEOUT_MS, GRACE_MS } from '../shared/defaults.ts';
import { toTask } from '../../tasks/toTask.ts';
import type { WorkerLauncher } from './Transport.ts';
import type { SlotSettings } from './WorkerSlot.ts';
import type { WorkerPoolConfig } from './WorkerPoolConfig.ts';

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
