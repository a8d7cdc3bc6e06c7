import { asyncScheduler } from 'rxjs';
import { availableParallelism } from '../../platform/availableParallelism.ts';
import { assertSendable } from '../../tasks/assertSendable.ts';
import { TaskCloneError } from '../../tasks/errors/errors.ts';
import { explainClone } from '../../tasks/explainClone.ts';
import { checkCount, checkMs, show } from '../../util/check.ts';
import { messageOf } from '../../util/messageOf.ts';
import { startGate$ } from '../../util/rx/startGate.ts';
import { takeOptions } from '../../util/takeOptions.ts';
import { LocalSlotPool } from '../local/LocalSlotPool.ts';
import { resolveSettings } from './resolveSettings.ts';
import { SlotPool } from './SlotPool.ts';
import type { WorkerLauncher } from './Transport.ts';
import type { Pools } from './WorkerPool.ts';
import type { WorkerPoolConfig } from './WorkerPoolConfig.ts';

const OPTIONS = [
  'workers',
  'pause',
  'minWorkers',
  'name',
  'initializer',
  'initArgs',
  'teardown',
  'maxTasksPerWorker',
  'idleMs',
  'graceMs',
  'bootTimeout',
  'memoryMb',
  'env',
  'execArgv',
  'worker',
] as const satisfies (keyof WorkerPoolConfig)[];

/**
 * Makes the two parts of a pool of workers from its config.
 *
 * @throws TypeError or RangeError if an option is wrong; TaskCloneError if `initArgs` cannot be sent.
 */
export function makePools(launcher: WorkerLauncher, given: WorkerPoolConfig): Pools {
  const config = takeOptions(given, OPTIONS);
  checkValues(config, launcher);
  const { workers = availableParallelism(), pause = 0 } = config;
  const settings = resolveSettings(launcher, config);
  const { initializer, teardown, minWorkers } = settings;
  checkCount('minWorkers', minWorkers, 0);
  if (minWorkers > workers)
    throw new RangeError(`minWorkers must be at most workers, ${String(workers)}, not ${String(minWorkers)}`);
  for (const task of [initializer, teardown]) if (workers > 0 && task !== undefined) assertSendable(task);

  const gate$ = startGate$(pause, asyncScheduler);
  const serial = new LocalSlotPool({ ...settings, gate$ });
  return { serial, main: workers === 0 ? serial : new SlotPool(workers, gate$, settings) };
}

function checkValues(config: WorkerPoolConfig, launcher: WorkerLauncher): void {
  const { name, workers, pause, initArgs, maxTasksPerWorker, idleMs, graceMs, bootTimeout, memoryMb, env, execArgv } =
    config;
  checkSupported(config, launcher);
  if (name !== undefined) checkName(name);
  if (workers !== undefined) checkCount('workers', workers, 0);
  if (pause !== undefined) checkMs('pause', pause, 0);
  if (maxTasksPerWorker !== undefined && maxTasksPerWorker !== Infinity)
    checkCount('maxTasksPerWorker', maxTasksPerWorker, 1, ' or Infinity');
  if (idleMs !== undefined && idleMs !== Infinity) checkMs('idleMs', idleMs, 0, ', or Infinity');
  if (graceMs !== undefined) checkMs('graceMs', graceMs, 0);
  if (bootTimeout !== undefined) checkMs('bootTimeout', bootTimeout, 1);
  if (memoryMb !== undefined) checkCount('memoryMb', memoryMb, 1);
  if (env !== undefined) checkEnv(env);
  if (execArgv !== undefined) checkFlags(execArgv);
  if (initArgs === undefined) return;
  if (!Array.isArray(initArgs)) throw new TypeError(`initArgs must be an array, not ${show(initArgs)}`);
  if (initArgs.length > 0 && config.initializer === undefined)
    throw new TypeError('initArgs require an initializer, which is called with them');
  if (workers === 0 || launcher.isCloneable(initArgs)) return;
  const cause = explainClone(initArgs, undefined, 'sent');
  throw new TaskCloneError(
    `initArgs cannot be sent to a ${launcher.kind}${cause === undefined ? '' : `: ${messageOf(cause)}`}`,
    cause === undefined ? {} : { cause },
  );
}

function checkSupported(config: WorkerPoolConfig, { unsupported }: WorkerLauncher): void {
  for (const [name, reason] of Object.entries(unsupported))
    if (Reflect.get(config, name) !== undefined)
      throw new TypeError(`the option ${name} is not to be had here: ${String(reason)}`);
}

function checkName(name: unknown): void {
  if (typeof name !== 'string') throw new TypeError(`name must be a string, not ${show(name)}`);
  if (name === '') throw new RangeError('name must not be empty');
}

function checkEnv(env: unknown): void {
  if (typeof env !== 'object' || env === null || Array.isArray(env))
    throw new TypeError(`env must be an object, not ${show(env)}`);
  for (const [name, value] of Object.entries(env) as [string, unknown][])
    if (value !== undefined && typeof value !== 'string')
      throw new TypeError(`env.${name} must be a string, not ${show(value)}`);
}

function checkFlags(execArgv: unknown): void {
  const expectation = 'execArgv must be an array of strings, not';
  if (!Array.isArray(execArgv)) throw new TypeError(`${expectation} ${show(execArgv)}`);
  for (const flag of execArgv as readonly unknown[])
    if (typeof flag !== 'string') throw new TypeError(`${expectation} one with ${show(flag)}`);
}
