export { currentTask, type TaskContext } from './tasks/currentTask.ts';
export type { TransferableObject } from './tasks/TransferableObject.ts';
export { transfer } from './tasks/transfer.ts';
