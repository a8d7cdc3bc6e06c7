/** How many machines in a row may be lost with one item, before the item fails. */
const MAX_LOSSES = 3;

/** Decides on the items of lost chunks of a job: they run again, in the end one by one, to find the one to blame. */
export class LossPolicy {
  /** Losses in a row, without a result in between. */
  private losses = 0;
  private alone = false;

  /** Whether the next chunk has one item. */
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
   * @param isBlamed - Whether its items may have caused it.
   * @param items - How many of its items have not settled.
   * @returns Whether the first of these fails.
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
