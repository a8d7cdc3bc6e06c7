import { checkCount, show } from '../../../../util/check.ts';
import { countFrom, msFrom } from '../../../../util/optionChecks.ts';
import { takeChecked, withDefaults, type Option } from '../../../../util/options.ts';
import type { QueueNames } from '../../engine/Engine.ts';
import { checkConnection, type MeetingConfig, MEETING_OPTIONS, modulesOf } from '../protocol/meeting.ts';
import { queueNamesOf } from '../protocol/names.ts';
import { MAX_PRIORITY } from '../redis/queueKeys.ts';
import type { QueuePoolConfig } from './QueuePoolConfig.ts';

const OPTIONS = {
  ...MEETING_OPTIONS,
  workersTimeout: { check: msFrom(1, Infinity), default: 30_000 },
  connectTimeout: { check: msFrom(1), default: 10_000 },
  graceMs: { check: msFrom(0), default: 1000 },
  chunkMs: { check: msFrom(1, 'auto'), default: 'auto' },
  maxMessageBytes: { check: countFrom(1024), default: 16_000_000 },
  priority: { check: checkPriority, default: 0 },
} as const satisfies Record<keyof QueuePoolConfig, Option>;

/** The minimum expiry of the stream of results. A program whose thread is blocked for longer has to send its chunks again. */
const MIN_TTL_MS = 30_000;

const MAX_HELLO_MS = 5000;

/** The checked options, with their defaults. */
export interface QueueSettings {
  readonly names: QueueNames;
  readonly modules: ReadonlyMap<string, string>;
  readonly secret: string | undefined;
  readonly leaseMs: number;
  /** The time between two hellos to all machines. */
  readonly helloMs: number;
  readonly ttlMs: number;
  readonly workersTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly graceMs: number;
  readonly chunkMs: number | undefined;
  readonly maxMessageBytes: number;
  readonly priority: number;
  readonly given: MeetingConfig;
}

/** @throws TypeError or RangeError that names the option, the expectation and the given value. */
export function resolveQueueConfig(config: QueuePoolConfig): QueueSettings {
  const given = takeChecked(config, OPTIONS);
  checkConnection(given);
  const resolved = withDefaults(given, OPTIONS);
  const { namespace, version, leaseMs, workersTimeout, connectTimeout, chunkMs } = resolved;
  const { graceMs, maxMessageBytes, priority } = resolved;
  return {
    names: queueNamesOf(namespace, version, given.secret),
    modules: modulesOf(given.modules),
    secret: given.secret,
    leaseMs,
    helloMs: Math.min(leaseMs, MAX_HELLO_MS),
    ttlMs: Math.max(MIN_TTL_MS, 2 * leaseMs),
    workersTimeoutMs: workersTimeout,
    connectTimeoutMs: connectTimeout,
    graceMs,
    chunkMs: chunkMs === 'auto' ? undefined : chunkMs,
    maxMessageBytes,
    priority,
    given,
  };
}

function checkPriority(option: string, priority: unknown): void {
  checkCount(option, priority, 0);
  if (Number(priority) > MAX_PRIORITY)
    throw new RangeError(`${option} must be an integer from 0 to ${String(MAX_PRIORITY)}, not ${show(priority)}`);
}
