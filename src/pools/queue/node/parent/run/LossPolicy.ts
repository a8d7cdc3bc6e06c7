/** The number of consecutive machines that are lost with one item, after which the item fails. */
const MAX_LOSSES = 3;

/** Decides about the items of lost chunks of a job: they run again, at last one by one, to find the one to blame. */
export class LossPolicy {
  /** The number of consecutive losses without a result in between. */
  private losses = 0;
  private alone = false;

  /** Whether the next chunk has only one item. */
  get oneByOne(): boolean {
    return this.alone;
  }

  /** An item has settled. */
  progress(): void {
    this.losses = 0;
  }

  /**
   * A chunk was lost.
   *
   * @param isBlamed - Whether its items may have caused the loss.
   * @param items - The number of its items that have not settled.
   * @returns whether the first of these items fails.
   */
  lose(isBlamed: boolean, items: number): boolean {
    if (isBlamed) this.losses += 1;
    if (items === 1 && this.losses >= MAX_LOSSES) {
      this.losses = 0;
      this.alone = false;
      return true;
    }
    if (this.losses >= MAX_LOSSES - 1) this.alone = true;
    return false;
  }
}
