import type { ParallelError } from '../tasks/errors/errors.ts';
import type { Span } from './settle.ts';

/** Results that are ready to go out. */
export class Delivery<Out> implements Span<Out> {
  readonly first: number;
  readonly indices: readonly number[] | undefined;
  readonly values: readonly Out[];
  readonly count: number;
  readonly failed: number | undefined;
  readonly failure: ParallelError | undefined;
  private readonly gone: (count: number) => void;

  /** @param gone - Is told how many items have gone out. */
  constructor({ first, indices, values, count, failed, failure }: Span<Out>, gone: (count: number) => void) {
    this.first = first;
    this.indices = indices;
    this.values = values;
    this.count = count;
    this.failed = failed;
    this.failure = failure;
    this.gone = gone;
  }

  /** Says that they have gone out, which makes room for others. */
  done(): void {
    this.gone(this.count);
  }
}
