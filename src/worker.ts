export { currentTask, type TaskContext } from './tasks/currentTask.ts';
export { transfer } from './tasks/transfer.ts';
