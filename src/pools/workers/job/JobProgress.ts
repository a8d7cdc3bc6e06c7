import type { ParallelError } from '../../../tasks/errors/errors.ts';
import type { Job, Settlements } from '../../pool.ts';

/** Counts the settled items of a job, which settle in order. */
export class JobProgress {
  /** The position of the first item that has not settled. */
  position = 0;
  private readonly items: number;
  private readonly emit: (settlements: Settlements<unknown>) => void;

  constructor(job: Job<unknown>, emit: (settlements: Settlements<unknown>) => void) {
    this.items = job.items.length;
    this.emit = emit;
  }

  isDone(): boolean {
    return this.position >= this.items;
  }

  /** Settles the next items; see {@link Settlements}. */
  settle(
    values: readonly unknown[],
    errors?: Settlements<unknown>['errors'],
    yields?: Settlements<unknown>['yields'],
  ): void {
    const from = this.position;
    this.position += values.length + (yields?.ended === true ? 1 : 0);
    this.emit({
      from,
      values,
      ...(errors === undefined ? {} : { errors }),
      ...(yields === undefined ? {} : { yields }),
    });
  }

  /** Settles the next item with an error. */
  fail(error: ParallelError): void {
    this.settle([undefined], [[0, error]]);
  }
}
