import type { CallOptions } from '../../flow/calls/Call.ts';
import { isAbortSignal } from '../../platform/realms/isAbortSignal.ts';
import { checkMs, show } from '../../util/check.ts';
import { takeOptions } from '../../util/takeOptions.ts';
import { checkPriority } from '../config/checkPriority.ts';
import type { CallConfig } from '../config/PooledConfig.ts';

const OPTIONS = ['signal', 'timeout', 'priority'] as const satisfies (keyof CallConfig)[];

/**
 * Checks the options of one call.
 *
 * @param given - What the caller gave.
 * @param defaults - Those of the function.
 * @throws TypeError or RangeError that says name, expectation and offender.
 */
export function resolveCall(given: CallConfig | undefined, defaults: CallOptions): CallOptions {
  if (given === undefined) return defaults;
  const { signal, timeout, priority = defaults.priority } = takeOptions(given, OPTIONS);
  if (signal !== undefined && !isAbortSignal(signal))
    throw new TypeError(`signal must be an AbortSignal, not ${show(signal)}`);
  if (timeout !== undefined && timeout !== Infinity) checkMs('timeout', timeout, 1, ', or Infinity');
  checkPriority('priority', priority);
  return { signal, priority, timeoutMs: timeoutOf(timeout, defaults) };
}

function timeoutOf(timeout: number | undefined, { timeoutMs }: CallOptions): number | undefined {
  if (timeout === undefined) return timeoutMs;
  return timeout === Infinity ? undefined : timeout;
}
