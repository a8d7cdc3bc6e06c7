import type { WorkerKind } from './pool.ts';
import { toTask } from '../tasks/toTask.ts';
import type { SlotSettings } from './Slot.ts';
import type { WorkerPoolConfig } from './WorkerPoolConfig.ts';

/** The settings of a pool's slots, with their defaults. */
export function slotSettings(kind: WorkerKind, config: WorkerPoolConfig): SlotSettings {
  return {
    kind,
    initializer: config.initializer === undefined ? undefined : toTask(config.initializer),
    initArgs: config.initArgs ?? [],
    maxTasks: config.maxTasksPerWorker ?? Infinity,
    idleMs: config.idleMs ?? 5000,
    graceMs: config.graceMs ?? 100,
    bootTimeoutMs: config.bootTimeout ?? 30_000,
    memoryMb: config.memoryMb,
    env: config.env,
    execArgv: config.execArgv,
  };
}
