import { checkMs } from '../../util/check.ts';
import { takeOptions } from '../../util/takeOptions.ts';
import type { CloseConfig } from '../pool.ts';

/**
 * Checks how a pool is to be closed.
 *
 * @returns the milliseconds that it drains.
 * @throws TypeError or RangeError if an option is wrong.
 */
export function drainMsOf(given: CloseConfig = {}): number {
  const { drainMs = 0 } = takeOptions(given, ['drainMs']);
  if (drainMs !== Infinity) checkMs('drainMs', drainMs, 0, ', or Infinity');
  return drainMs;
}
