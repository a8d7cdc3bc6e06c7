import { checkCount, checkMs, show } from '../../../../util/check.ts';
import { takeOptions } from '../../../../util/takeOptions.ts';
import type { QueueNames } from '../../engine/Engine.ts';
import { checkMeeting, type MeetingConfig, MEETING_OPTIONS, modulesOf } from '../protocol/meeting.ts';
import { queueNamesOf } from '../protocol/names.ts';
import { MAX_PRIORITY } from '../redis/queueKeys.ts';
import type { QueuePoolConfig } from './QueuePoolConfig.ts';

const OPTIONS = [
  ...MEETING_OPTIONS,
  'workersTimeout',
  'connectTimeout',
  'graceMs',
  'chunkMs',
  'maxMessageBytes',
  'priority',
] as const satisfies (keyof QueuePoolConfig)[];

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
  const given = takeOptions(config, OPTIONS);
  checkMeeting(given);
  const { namespace = 'default', version = '0', leaseMs = 15_000, workersTimeout = 30_000, chunkMs = 'auto' } = given;
  const { connectTimeout = 10_000, graceMs = 1000, maxMessageBytes = 16_000_000, priority = 0 } = given;
  if (workersTimeout !== Infinity) checkMs('workersTimeout', workersTimeout, 1, ', or Infinity');
  checkMs('connectTimeout', connectTimeout, 1);
  checkMs('graceMs', graceMs, 0);
  if (chunkMs !== 'auto') checkMs('chunkMs', chunkMs, 1, ', or "auto"');
  checkCount('maxMessageBytes', maxMessageBytes, 1024);
  checkCount('priority', priority, 0);
  if (priority > MAX_PRIORITY)
    throw new RangeError(`priority must be an integer from 0 to ${String(MAX_PRIORITY)}, not ${show(priority)}`);
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
