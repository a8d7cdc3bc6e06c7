/** The number of consecutive machines that are lost with one item, after which the item fails. */
const MAX_LOSSES = 3;
/** The factor by which chunks grow again after losses, as long as no further one is lost. */
const GROWTH = 2;

/** Decides about the items of lost chunks of a job: they run again, at last one by one, to find the one to blame. */
export class LossPolicy {
  /** The number of consecutive losses without a result in between. */
  private losses = 0;
  private max = Infinity;
  private growth = GROWTH;

  /** The maximum number of items of the next chunk. */
  get maxItems(): number {
    return this.max;
  }

  /** An item has settled. */
  progress(): void {
    this.losses = 0;
  }

  /** All items of a chunk have settled. */
  done(): void {
    this.max *= this.growth;
  }

  /**
   * A chunk was lost.
   *
   * @param isBlamed - Whether its items may have caused the loss.
   * @param items - The number of its items that have not settled.
   * @returns whether the first of these items fails.
   */
  lose(isBlamed: boolean, items: number): boolean {
    if (!isBlamed) return false;
    this.losses += 1;
    if (items === 1 && this.losses >= MAX_LOSSES) {
      this.losses = 0;
      this.max = Infinity;
      this.growth = GROWTH;
      return true;
    }
    if (this.max !== Infinity) {
      // An item is to blame, and each larger chunk with it would cost a machine: one by one until it is found.
      this.max = 1;
      this.growth = 1;
    } else if (this.losses >= MAX_LOSSES - 1) this.max = 1;
    return false;
  }
}
