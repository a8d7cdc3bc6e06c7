/**
 * A pool in virtual time, to test pipelines to the exact frame; and a queue without a server, to test those on many machines.
 *
 * @packageDocumentation
 */
export type { Fate, MemoryMessage } from './testing/memory/Fate.ts';
export { MemoryEngine, type MemoryEngineConfig } from './testing/memory/MemoryEngine.ts';
export type { Duration, RandomDuration } from './testing/virtualDuration.ts';
export {
  VirtualPool,
  type VirtualDurations,
  type VirtualMarbles,
  type VirtualPoolConfig,
  type VirtualRun,
  type VirtualTrace,
} from './testing/VirtualPool.ts';
