/**
 * A pool in virtual time, to test pipelines to the exact frame.
 *
 * @packageDocumentation
 */
export { VirtualPool, type VirtualPoolConfig } from './pools/VirtualPool.ts';
