/**
 * Many machines: the same operators, over a queue of BullMQ on Redis. Needs the packages `bullmq` and `ioredis`.
 *
 * @packageDocumentation
 */
export type { QueueDepth } from './pools/queue/engine/Engine.ts';
export type { ServeConfig } from './pools/queue/node/machine/ServeConfig.ts';
export { serveTasks } from './pools/queue/node/machine/serveTasks.ts';
export type { MachineServer } from './pools/queue/node/machine/MachineServer.ts';
export type { Machine } from './pools/queue/node/parent/Machines.ts';
export { QueuePool } from './pools/queue/node/parent/QueuePool.ts';
export type { QueuePoolConfig } from './pools/queue/node/parent/QueuePoolConfig.ts';
export type { MeetingConfig, RedisConnectionConfig, TaskModules } from './pools/queue/node/protocol/meeting.ts';
