import type { RunHelpers } from 'rxjs/testing';

/** When an item ran, in frames, as `expectSubscriptions` takes it. `unsubscribedFrame` is `Infinity` while it runs. */
export type VirtualRun = Parameters<RunHelpers['expectSubscriptions']>[0][number];

/** How many items ran from a frame on, for each frame in which that changed. */
export type VirtualTrace = readonly (readonly [frame: number, running: number])[];

/** Counts what ran at once. */
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
