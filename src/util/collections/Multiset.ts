/** Numbers, each as often as it was added. */
export class Multiset {
  private readonly counts = new Map<number, number>();
  private largest = -Infinity;

  /** The largest number; -Infinity where there is none. */
  get max(): number {
    return this.largest;
  }

  add(number: number): void {
    this.counts.set(number, (this.counts.get(number) ?? 0) + 1);
    this.largest = Math.max(this.largest, number);
  }

  /** Removes a number once. */
  delete(number: number): void {
    const count = this.counts.get(number) ?? 0;
    if (count > 1) {
      this.counts.set(number, count - 1);
      return;
    }
    this.counts.delete(number);
    if (number < this.largest) return;
    this.largest = -Infinity;
    for (const other of this.counts.keys()) this.largest = Math.max(this.largest, other);
  }
}
