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
export type { ConfigOf, ParallelConfig, Returned } from './operators/config/ParallelConfig.ts';
export { parallelGen, type BatchFunction, type ParallelGenConfig } from './operators/parallelGen.ts';
export { parallelIterable } from './operators/parallelIterable.ts';
export { parallelMap } from './operators/parallelMap.ts';
export { pooled, type Pooled } from './operators/pooled.ts';
export { pooled$, type PooledObservable } from './operators/pooledObservable.ts';
export type { PooledMembers } from './operators/calls/addMembers.ts';
export type { CallConfig, PooledConfig } from './operators/config/PooledConfig.ts';
export type { Received, RunsIn, Takes, TakesAll, TakesItem } from './operators/config/Received.ts';
export { runProcs$, type RunProcsConfig } from './operators/own-worker/runProcs.ts';
export type { Started } from './operators/own-worker/Started.ts';
export { startProc$ } from './operators/own-worker/startProc.ts';
export { startThread$ } from './operators/own-worker/startThread.ts';
export { threaded$, type AnyTaskFunction, type ThreadedConfig } from './operators/own-worker/threaded.ts';
export { values } from './operators/values.ts';
export type { Indexed } from './flow/Indexed.ts';
export type { Items } from './flow/source/Items.ts';
export type { Progress } from './flow/progress/Progress.ts';
export { LocalPool, type LocalPoolConfig } from './pools/local/LocalPool.ts';
export type { CloseConfig, Job, Pool, Settlements, TransferOf } from './pools/pool.ts';
export type { Buckets, PoolStats } from './pools/stats.ts';
export type { PoolChoice } from './pools/workers/PoolChoice.ts';
export { ProcessPool } from './pools/workers/node/ProcessPool.ts';
export { ThreadPool } from './pools/workers/node/ThreadPool.ts';
export type { Initializer, Teardown, WorkerPoolConfig } from './pools/workers/config/WorkerPoolConfig.ts';
export {
  ParallelError,
  PoolClosedError,
  QueueFullError,
  TaskCloneError,
  TaskError,
  TaskLoadError,
  TaskTimeoutError,
  WorkerCrashError,
  type ParallelErrorDetails,
  type QueueFullDetails,
  type WorkerDeath,
} from './tasks/errors/errors.ts';
export type { TransferableObject } from './tasks/TransferableObject.ts';
export type { Processor, ProcessorClass, ProcessorTask } from './tasks/Processor.ts';
export { registerError } from './tasks/errors/registerError.ts';
export type { AnyTask, Task, TaskFunction, TaskOrigin, TaskStyle } from './tasks/Task.ts';
export { tasks } from './tasks/tasks.ts';
