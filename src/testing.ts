/**
 * A pool in virtual time, to test pipelines to the exact frame.
 *
 * @packageDocumentation
 */
export type { Duration, RandomDuration } from './testing/virtualDuration.ts';
export {
  VirtualPool,
  type VirtualDurations,
  type VirtualMarbles,
  type VirtualPoolConfig,
  type VirtualRun,
  type VirtualTrace,
} from './testing/VirtualPool.ts';
