import type { ParallelError } from '../tasks/errors/errors.ts';
import type { Span } from './settle.ts';

/** Results that are ready to be emitted. */
export class Delivery<Out> implements Span<Out> {
  readonly first: number;
  readonly indices: readonly number[] | undefined;
  readonly isScattered: boolean | undefined;
  readonly values: readonly Out[];
  readonly count: number;
  readonly failed: number | undefined;
  readonly failure: ParallelError | undefined;
  private readonly onEmitted: (count: number) => void;

  /** @param onEmitted - Called with the number of emitted items. */
  constructor(
    { first, indices, isScattered, values, count, failed, failure }: Span<Out>,
    onEmitted: (count: number) => void,
  ) {
    this.first = first;
    this.indices = indices;
    this.isScattered = isScattered;
    this.values = values;
    this.count = count;
    this.failed = failed;
    this.failure = failure;
    this.onEmitted = onEmitted;
  }

  /** Notes that the results have been emitted, which makes room for others. */
  done(): void {
    this.onEmitted(this.count);
  }
}
