import type { Job } from '../pool.ts';

/** The index in the source of the item at a position of a job. */
export function indexAt({ first, indices }: Pick<Job<unknown>, 'first' | 'indices'>, position: number): number {
  return indices?.[position] ?? first + position;
}
