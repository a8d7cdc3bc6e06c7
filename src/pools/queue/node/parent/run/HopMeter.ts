/** The time that a chunk should take before a round trip was measured, in milliseconds. */
const START_MS = 100;
const MIN_MS = 25;
const MAX_MS = 1000;
/** The time of a chunk, in round trips. */
const CHUNK_PER_HOP = 20;
/** The number of measured round trips. The shortest of them counts, since the others include waiting in the queue. */
const SAMPLES = 16;

/** Decides how long the chunks of a program should take, from the time of the round trip to a machine. */
export class HopMeter {
  private readonly samples: number[] = [];
  private readonly fixedMs: number | undefined;

  /** @param fixedMs - The time that chunks should take, in milliseconds; undefined to measure. */
  constructor(fixedMs: number | undefined) {
    this.fixedMs = fixedMs;
  }

  /** The time that a chunk should take, in milliseconds. */
  get chunkMs(): number {
    if (this.fixedMs !== undefined) return this.fixedMs;
    if (this.samples.length === 0) return START_MS;
    return Math.min(MAX_MS, Math.max(MIN_MS, CHUNK_PER_HOP * Math.min(...this.samples)));
  }

  /** @param ms - The time that a chunk took, without the time in its worker. */
  observe(ms: number): void {
    this.samples.push(Math.max(0, ms));
    if (this.samples.length > SAMPLES) this.samples.shift();
  }
}
