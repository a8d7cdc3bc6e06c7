/**
 * What code in a worker may use: what it runs on, and what it moves back.
 *
 * @packageDocumentation
 */
export { currentTask, type TaskContext } from './tasks/currentTask.ts';
export type { TransferableObject } from './tasks/TransferableObject.ts';
export { transfer } from './tasks/transfer.ts';
