import type { Pending, PendingRun } from './Pending.ts';
import type { SentChunk } from './SentChunk.ts';

/**
 * The highest suspicion of the other jobs with a chunk on the machine of a chunk that is lost; below 0 if there is none. Those
 * chunks remember the suspicion of this job, since they are found to be lost only later.
 */
export function companyOf(job: PendingRun, { by, company }: SentChunk, pending: Pending): number {
  let highest = company;
  for (const [, other] of pending.all) {
    const { chunk } = other;
    if (other === job || chunk === undefined || chunk.by !== by) continue;
    chunk.company = Math.max(chunk.company, job.suspicion);
    highest = Math.max(highest, other.suspicion);
  }
  return highest;
}
