import type { RunHelpers } from 'rxjs/testing';

/**
 * The start and end of a run of an item, in frames, for `expectSubscriptions`. `unsubscribedFrame` is `Infinity` while it
 * runs.
 */
export type VirtualRun = Parameters<RunHelpers['expectSubscriptions']>[0][number];

/** The number of items that run at once, from a frame on, for each frame in which the number changes. */
export type VirtualTrace = readonly (readonly [frame: number, running: number])[];

/** Counts the items that ran at once. */
export function traceOf(runs: readonly VirtualRun[]): VirtualTrace {
  const changes = new Map<number, number>();
  const change = (frame: number, by: number): unknown => changes.set(frame, (changes.get(frame) ?? 0) + by);
  for (const { subscribedFrame, unsubscribedFrame } of runs) {
    change(subscribedFrame, 1);
    change(unsubscribedFrame, -1);
  }

  let running = 0;
  return [...changes]
    .filter(([frame, by]) => frame < Infinity && by !== 0)
    .sort(([a], [b]) => a - b)
    .map(([frame, by]) => [frame, (running += by)] as const);
}
