/** The number of consecutive machines that are lost with one item, after which the item fails. */
const MAX_LOSSES = 3;
/** The same where another item was on each of these machines that may be to blame as well. */
const MAX_SHARED_LOSSES = 8;
/** The factor by which chunks grow again after losses, as long as no further one is lost. */
const GROWTH = 2;

/** Decides about the items of lost chunks of a job: they run again, at last one by one, to find the one to blame. */
export class LossPolicy {
  /** The number of consecutive losses without a result in between. */
  private losses = 0;
  private isShared = false;
  private max = Infinity;
  private growth = GROWTH;

  /** The maximum number of items of the next chunk. */
  get maxItems(): number {
    return this.max;
  }

  /** The number of consecutive losses: the higher it is, the more likely its items are to blame. */
  get suspicion(): number {
    return this.losses;
  }

  /** Whether the next chunk has to run while no other suspect does: both were on the last lost machines. */
  get needsSolitude(): boolean {
    return this.isShared;
  }

  /** An item has settled. */
  progress(): void {
    this.losses = 0;
    this.isShared = false;
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
   * @param company - The highest suspicion of another job with a chunk on the same machine; below 0 if there was none.
   * @returns whether the first of these items fails.
   */
  lose(isBlamed: boolean, items: number, company = -1): boolean {
    if (!isBlamed) return false;
    const isShared = company >= this.losses && this.losses < MAX_SHARED_LOSSES - 1;
    this.losses += 1;
    this.isShared = isShared && this.losses > 1;
    if (items === 1 && this.losses >= MAX_LOSSES && !isShared) {
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
