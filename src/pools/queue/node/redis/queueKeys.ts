/** Of finished jobs, which have no payload, so many stay for an hour: for people, in a dashboard. */
export const FINISHED_JOBS = { count: 1000, age: 3600 };

/** How long the items of a chunk stay that no machine takes, in milliseconds; the program sends them again then. */
export const PAYLOAD_TTL_MS = 24 * 3_600_000;

/** Where the items of a chunk are. @param queueKey - How the keys of its queue begin. */
export function payloadKeyOf(queueKey: string, id: string): string {
  return `${queueKey}items:${id}`;
}
