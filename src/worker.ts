/**
 * What code in a worker may use: what it runs on, what it moves back, and the names of the errors that it throws.
 *
 * @packageDocumentation
 */
export { currentTask, type TaskContext } from './tasks/currentTask.ts';
export { registerError } from './tasks/errors/registerError.ts';
export type { TransferableObject } from './tasks/TransferableObject.ts';
export { transfer } from './tasks/transfer.ts';
export { serve } from './pools/worker-side/node/serveModule.ts';
