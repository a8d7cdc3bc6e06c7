/** Milliseconds of work in a chunk before anything was measured. */
const START_MS = 100;
const MIN_MS = 25;
const MAX_MS = 1000;
/** A chunk takes so many times as long as its way. */
const CHUNK_PER_HOP = 20;
/** The way of a chunk that has waited says nothing: the shortest of so many is taken. */
const SAMPLES = 16;

/** How long the chunks of a program should take, by what their way to a machine and back costs. */
export class HopMeter {
  private readonly samples: number[] = [];
  private readonly fixedMs: number | undefined;

  /** @param fixedMs - What chunks should take; undefined to measure. */
  constructor(fixedMs: number | undefined) {
    this.fixedMs = fixedMs;
  }

  /** What a chunk should take, in milliseconds. */
  get chunkMs(): number {
    if (this.fixedMs !== undefined) return this.fixedMs;
    if (this.samples.length === 0) return START_MS;
    return Math.min(MAX_MS, Math.max(MIN_MS, CHUNK_PER_HOP * Math.min(...this.samples)));
  }

  /** @param ms - What a chunk took, without the time in its worker. */
  observe(ms: number): void {
    this.samples.push(Math.max(0, ms));
    if (this.samples.length > SAMPLES) this.samples.shift();
  }
}
