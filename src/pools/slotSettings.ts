import type { WorkerKind } from './pool.ts';
import { assertSendable } from '../tasks/assertSendable.ts';
import type { AnyTask } from '../tasks/Task.ts';
import { toTask } from '../tasks/toTask.ts';
import type { SlotSettings } from './Slot.ts';
import type { WorkerPoolConfig } from './WorkerPoolConfig.ts';

/**
 * The settings of a pool's slots, with their defaults.
 *
 * @throws TypeError if the initializer is a function that cannot be sent.
 */
export function slotSettings(kind: WorkerKind, config: WorkerPoolConfig): SlotSettings {
  return {
    kind,
    initializer: sendable(config.initializer),
    initArgs: config.initArgs ?? [],
    idleMs: config.idleMs ?? 5000,
    graceMs: config.graceMs ?? 100,
    bootTimeoutMs: config.bootTimeout ?? 30_000,
    memoryMb: config.memoryMb,
    env: config.env,
    execArgv: config.execArgv,
  };
}

function sendable(initializer: WorkerPoolConfig['initializer']): AnyTask | undefined {
  if (initializer === undefined) return undefined;
  const task = toTask(initializer);
  assertSendable(task);
  return task;
}
