/**
 * A pool in virtual time, to test pipelines to the exact frame.
 *
 * @packageDocumentation
 */
export { VirtualPool, type VirtualPoolConfig, type VirtualRun } from './pools/VirtualPool.ts';
