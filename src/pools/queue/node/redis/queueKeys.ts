/** The finished jobs that stay in the queue, for dashboards: at most 1000, for an hour. They have no payload. */
export const FINISHED_JOBS = { count: 1000, age: 3600 };

/** The time for which the items of a waiting chunk are stored, in milliseconds. After that, the program sends them again. */
export const PAYLOAD_TTL_MS = 24 * 3_600_000;

/** The maximum priority number of a job of BullMQ. */
export const MAX_PRIORITY = 2_097_151;
/** The priority number of a chunk of rank 0. */
const MID_PRIORITY = 2 ** 20;

/**
 * The priority of a job of BullMQ, for the rank of its chunk. Each job has one, since BullMQ takes jobs without a priority
 * before all others.
 */
export function priorityOf(rank: number): number {
  return Math.min(MAX_PRIORITY, Math.max(1, MID_PRIORITY + Math.round(rank)));
}

/** The key of the items of a chunk. @param queueKey - The beginning of the keys of the queue. */
export function payloadKeyOf(queueKey: string, id: string): string {
  return `${queueKey}items:${id}`;
}
