/** The finished jobs that stay in the queue, for dashboards: at most 1000, for an hour. They have no payload. */
export const FINISHED_JOBS = { count: 1000, age: 3600 };

/** The time for which the items of a waiting chunk are stored, in milliseconds. After that, the program sends them again. */
export const PAYLOAD_TTL_MS = 24 * 3_600_000;

/** The key of the items of a chunk. @param queueKey - The beginning of the keys of the queue. */
export function payloadKeyOf(queueKey: string, id: string): string {
  return `${queueKey}items:${id}`;
}
