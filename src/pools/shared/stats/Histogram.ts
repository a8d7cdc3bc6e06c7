import type { Buckets } from '../../stats.ts';

const BOUNDS: readonly number[] = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];

/** Counts times by their length. */
export class Histogram {
  private readonly counts = new Array<number>(BOUNDS.length + 1).fill(0);
  private sum = 0;
  private count = 0;

  add(ms: number): void {
    let at = 0;
    while (at < BOUNDS.length && ms > (BOUNDS[at] as number)) at += 1;
    this.counts[at] = (this.counts[at] as number) + 1;
    this.sum += ms;
    this.count += 1;
  }

  read(): Buckets {
    return { bounds: BOUNDS, counts: [...this.counts], sum: this.sum, count: this.count };
  }
}
