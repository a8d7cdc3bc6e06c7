import { runInRootContext } from '../../../../platform/context/asyncContext.ts';
import { TaskLoadError } from '../../../../tasks/errors/errors.ts';
import { show } from '../../../../util/check.ts';
import { countFrom, msFrom, oneOf } from '../../../../util/optionChecks.ts';
import { takeChecked, withDefaults, type Option } from '../../../../util/options.ts';
import type { Pool } from '../../../pool.ts';
import { ProcessPool } from '../../../workers/node/ProcessPool.ts';
import { engineOf } from '../redis/engineOf.ts';
import { explainRefusal } from '../redis/explainRefusal.ts';
import { after } from '../../engine/after.ts';
import { checkConnection, MEETING_OPTIONS, modulesOf } from '../protocol/meeting.ts';
import { queueNamesOf } from '../protocol/names.ts';
import { Sealer } from '../protocol/Sealer.ts';
import { closeOnSignals } from './closeOnSignals.ts';
import type { ServeConfig } from './ServeConfig.ts';
import { TaskMachine } from './TaskMachine.ts';
import { MachineServer } from './MachineServer.ts';

const OPTIONS = {
  ...MEETING_OPTIONS,
  pool: { check: checkPool },
  ahead: { check: countFrom(0, 'auto'), default: 'auto' },
  connectTimeout: { check: msFrom(1), default: 10_000 },
  graceMs: { check: msFrom(0), default: 30_000 },
  signals: { check: oneOf(true, false), default: false },
} as const satisfies Record<keyof ServeConfig, Option>;

/**
 * Makes this process a machine: it takes chunks of items from the queue, and runs them on a pool of its own.
 *
 * @example A machine for the tasks of one module
 * ```ts
 * await serveTasks({
 *   connection: { host: 'redis' },
 *   modules: { images: new URL('./images.ts', import.meta.url) },
 *   version: '1.4.0',
 *   signals: true,
 * });
 * ```
 *
 * @param config - The settings that the program has as well, and those of this machine.
 * @returns the server, when it has begun to take chunks.
 * @throws TypeError or RangeError if an option is wrong; rejects with a TaskLoadError if there is no connection within
 *   `connectTimeout`, or if `bullmq` or `ioredis` is not installed.
 * @see {@link QueuePool} for the program that sends them.
 */
export async function serveTasks(config: ServeConfig): Promise<MachineServer> {
  const given = takeChecked(config, OPTIONS);
  checkConnection(given);
  const resolved = withDefaults(given, OPTIONS);
  const { namespace, version, leaseMs, ahead, connectTimeout } = resolved;
  const { graceMs, pool = new ProcessPool(), signals, secret } = resolved;
  const settings = {
    names: queueNamesOf(namespace, version, secret),
    modules: modulesOf(given.modules),
    capacity: pool.size + (ahead === 'auto' ? Math.ceil(pool.size / 2) : ahead),
    leaseMs,
  };
  return runInRootContext(async () => {
    const engine = await engineOf(given);
    const link = await engine.openMachine(settings.names);
    const machine = new TaskMachine(link, new Sealer(secret), engine.clock, pool, settings);
    const late = after(engine.clock, connectTimeout);
    try {
      const isLate = await Promise.race([
        machine.start().then(() => false),
        link.refused,
        late.promise.then(() => true),
      ]);
      if (isLate) throw new Error(`none within ${String(connectTimeout)} ms`);
    } catch (cause) {
      await machine.close(0);
      await pool.close();
      throw new TaskLoadError(`no connection to the queue: ${explainRefusal(cause, settings.names)}`, { cause });
    } finally {
      late.cancel();
    }
    const server = new MachineServer(machine, pool, graceMs);
    if (signals) closeOnSignals(server);
    return server;
  });
}

function checkPool(option: string, pool: unknown): void {
  if (typeof (pool as Partial<Pool> | null)?.run$ !== 'function')
    throw new TypeError(`${option} must be a pool, not ${show(pool)}`);
}
