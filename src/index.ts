/**
 * Parallel stream processing for RxJS: operators whose tasks run on worker threads and processes.
 *
 * @packageDocumentation
 */
export { bgTask, type Work } from './operators/bgTask.ts';
export { inOrder } from './operators/inOrder.ts';
export { parallel } from './operators/parallel.ts';
export { parallel$ } from './operators/parallelObservable.ts';
export { parallelable } from './operators/parallelable.ts';
export { parallelAsync, type ParallelAsyncConfig } from './operators/parallelAsync.ts';
export type { ConfigOf, ParallelConfig, Returned } from './operators/ParallelConfig.ts';
export { parallelGen, type BatchFunction, type ParallelGenConfig } from './operators/parallelGen.ts';
export { parallelIterable } from './operators/parallelIterable.ts';
export { parallelMap } from './operators/parallelMap.ts';
export type { Received, RunsIn, Takes, TakesAll, TakesItem } from './operators/Received.ts';
export { runProcs$, type RunProcsConfig } from './operators/runProcs.ts';
export type { Started } from './operators/Started.ts';
export { startProc$ } from './operators/startProc.ts';
export { startThread$ } from './operators/startThread.ts';
export { threaded$, type AnyTaskFunction, type ThreadedConfig } from './operators/threaded.ts';
export type { Indexed } from './flow/Indexed.ts';
export type { Items } from './flow/intake.ts';
export type { Progress } from './flow/Progress.ts';
export { LocalPool, type LocalPoolConfig } from './pools/LocalPool.ts';
export type { Job, Pool, Settlements, TransferOf } from './pools/pool.ts';
export type { PoolChoice } from './pools/openPool.ts';
export { ProcessPool } from './pools/ProcessPool.ts';
export { ThreadPool } from './pools/ThreadPool.ts';
export type { Initializer, WorkerPoolConfig } from './pools/WorkerPoolConfig.ts';
export {
  ParallelError,
  PoolClosedError,
  TaskCloneError,
  TaskError,
  TaskLoadError,
  TaskTimeoutError,
  WorkerCrashError,
  type ParallelErrorDetails,
  type WorkerDeath,
} from './tasks/errors.ts';
export type { TransferableObject } from './tasks/TransferableObject.ts';
export type { Processor, ProcessorClass, ProcessorTask } from './tasks/Processor.ts';
export { registerError } from './tasks/registerError.ts';
export type { AnyTask, Task, TaskFunction, TaskOrigin, TaskStyle } from './tasks/Task.ts';
export { tasks } from './tasks/tasks.ts';
