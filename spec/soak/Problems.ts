/** More than these say nothing new. */
const MOST = 20;

/** The problems that the checks have found. */
export class Problems {
  private readonly first: string[] = [];
  private count = 0;

  add(problem: string): void {
    this.count += 1;
    if (this.first.length < MOST) this.first.push(problem);
  }

  get none(): boolean {
    return this.count === 0;
  }

  get lines(): readonly string[] {
    return this.count > MOST ? [...this.first, `and ${String(this.count - MOST)} more`] : this.first;
  }
}
