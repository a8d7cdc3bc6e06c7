import { asyncScheduler } from 'rxjs';
import { availableParallelism } from '../../platform/availableParallelism.ts';
import { assertSendable } from '../../tasks/assertSendable.ts';
import { TaskCloneError } from '../../tasks/errors/errors.ts';
import { explainClone } from '../../tasks/explainClone.ts';
import { messageOf } from '../../util/messageOf.ts';
import { takeChecked, withDefaults } from '../../util/options.ts';
import { startGate$ } from '../../util/rx/startGate.ts';
import { LocalSlotPool } from '../local/LocalSlotPool.ts';
import { POOL_OPTIONS } from './config/poolOptions.ts';
import { resolveSettings } from './config/resolveSettings.ts';
import { SlotPool } from './SlotPool.ts';
import { slotStats } from './stats/slotStats.ts';
import type { WorkerLauncher } from './Transport.ts';
import type { Pools } from './WorkerPool.ts';
import type { WorkerPoolConfig } from './config/WorkerPoolConfig.ts';

/**
 * Makes the two parts of a pool of workers from its config.
 *
 * @throws TypeError or RangeError if an option is wrong; TaskCloneError if `initArgs` cannot be sent.
 */
export function makePools(launcher: WorkerLauncher, given: WorkerPoolConfig): Pools {
  const config = takeChecked(given, POOL_OPTIONS);
  checkSupported(config, launcher);
  checkInitArgs(config, launcher);
  const { workers = availableParallelism(), pause } = withDefaults(config, POOL_OPTIONS);
  const settings = resolveSettings(launcher, config);
  const { initializer, teardown, minWorkers } = settings;
  if (minWorkers > workers)
    throw new RangeError(`minWorkers must be at most workers, ${String(workers)}, not ${String(minWorkers)}`);
  for (const task of [initializer, teardown]) if (workers > 0 && task !== undefined) assertSendable(task);

  const gate$ = startGate$(pause, asyncScheduler);
  const serial = new LocalSlotPool({ ...settings, gate$ });
  if (workers === 0) return { serial, main: serial, stats: () => serial.stats() };
  const main = new SlotPool(workers, gate$, settings);
  return { serial, main, stats: () => slotStats(main.parts) };
}

function checkInitArgs({ initArgs, initializer, workers }: WorkerPoolConfig, launcher: WorkerLauncher): void {
  if (initArgs === undefined) return;
  if (initArgs.length > 0 && initializer === undefined)
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
