import { checkArray, checkFunction, show } from '../../../util/check.ts';
import { countFrom, msFrom } from '../../../util/optionChecks.ts';
import type { Option } from '../../../util/options.ts';
import { POOL_DEFAULTS } from './poolDefaults.ts';
import type { WorkerPoolConfig } from './WorkerPoolConfig.ts';

/** Tasks are checked where they are read: `toTask` says more than a type. */
const ANY: Option['check'] = () => undefined;

/** The options of a pool of workers. */
export const POOL_OPTIONS = {
  workers: { check: countFrom(0) },
  pause: { check: msFrom(0), default: POOL_DEFAULTS.pause },
  minWorkers: { check: countFrom(0), default: POOL_DEFAULTS.minWorkers },
  name: { check: checkName },
  initializer: { check: ANY },
  initArgs: { check: checkArray, default: POOL_DEFAULTS.initArgs },
  teardown: { check: ANY },
  maxTasksPerWorker: { check: countFrom(1, Infinity), default: POOL_DEFAULTS.maxTasksPerWorker },
  idleMs: { check: msFrom(0, Infinity), default: POOL_DEFAULTS.idleMs },
  graceMs: { check: msFrom(0), default: POOL_DEFAULTS.graceMs },
  bootTimeout: { check: msFrom(1), default: POOL_DEFAULTS.bootTimeout },
  memoryMb: { check: countFrom(1) },
  env: { check: checkEnv },
  execArgv: { check: checkFlags },
  worker: { check: checkFunction },
} as const satisfies Record<keyof WorkerPoolConfig, Option>;

function checkName(option: string, name: unknown): void {
  if (typeof name !== 'string') throw new TypeError(`${option} must be a string, not ${show(name)}`);
  if (name === '') throw new RangeError(`${option} must not be empty`);
}

function checkEnv(option: string, env: unknown): void {
  if (typeof env !== 'object' || env === null || Array.isArray(env))
    throw new TypeError(`${option} must be an object, not ${show(env)}`);
  for (const [name, value] of Object.entries(env) as [string, unknown][])
    if (value !== undefined && typeof value !== 'string')
      throw new TypeError(`${option}.${name} must be a string, not ${show(value)}`);
}

function checkFlags(option: string, execArgv: unknown): void {
  const expectation = `${option} must be an array of strings, not`;
  if (!Array.isArray(execArgv)) throw new TypeError(`${expectation} ${show(execArgv)}`);
  for (const flag of execArgv as readonly unknown[])
    if (typeof flag !== 'string') throw new TypeError(`${expectation} one with ${show(flag)}`);
}
