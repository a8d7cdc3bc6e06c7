import { take } from 'rxjs';
import type { Job } from '../../../pool.ts';

/** The active runs of a program, by their names in messages. */
export class LiveRuns {
  private readonly names = new WeakMap<object, string>();
  private readonly live = new Set<string>();
  private last = 0;

  /** The name of the run of a job. */
  nameOf({ ended$ }: Job<unknown>): string {
    const known = this.names.get(ended$);
    if (known !== undefined) return known;
    this.last += 1;
    const name = `r${String(this.last)}`;
    this.names.set(ended$, name);
    this.live.add(name);
    const end = (): void => {
      this.live.delete(name);
    };
    ended$.pipe(take(1)).subscribe({ next: end, complete: end, error: end });
    return name;
  }

  has(name: string): boolean {
    return this.live.has(name);
  }
}
