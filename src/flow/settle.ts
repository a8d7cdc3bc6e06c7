import type { Settlements } from '../pools/pool.ts';
import type { ParallelError } from '../tasks/errors/errors.ts';
import type { ErrorPolicy } from './Plan.ts';
import { withoutItems } from './withoutItems.ts';

/** Indices, which are consecutive unless it is scattered: their results, in columns, and the error that ends the run behind them. */
export interface Span<Out = unknown> {
  /** The index of the first value; the others follow it one by one, unless `indices` says otherwise. */
  readonly first: number;
  readonly indices?: readonly number[] | undefined;
  /** Whether items of other spans may be between its own. */
  readonly isScattered?: boolean | undefined;
  readonly values: readonly Out[];
  /** How many items it settles: an open generator's is not among them. */
  readonly count: number;
  /** How many of them failed, and are skipped or returned. */
  readonly failed?: number | undefined;
  /** The error that ends the run, after the values. */
  readonly failure?: ParallelError | undefined;
}

/**
 * Applies the error policy to a message of a pool.
 *
 * @param firstOfJob - The index of the first item of the job.
 */
export function settle<Out>(firstOfJob: number, message: Settlements<Out>, onError: ErrorPolicy): Span<Out> {
  const { from, values, errors, yields } = message;
  const first = firstOfJob + from;
  const span =
    errors === undefined || errors.length === 0
      ? { first, values, count: values.length }
      : withErrors[onError](first, values, errors);
  return (yields === undefined ? span : withYields(span, yields)) as Span<Out>;
}

type Errors = NonNullable<Settlements<unknown>['errors']>;

const withErrors: Record<ErrorPolicy, (first: number, values: readonly unknown[], errors: Errors) => Span> = {
  throw: (first, values, errors) => {
    const [at, failure] = errors[0] as Errors[number];
    return { first, values: values.slice(0, at), count: at + 1, failure };
  },
  return: (first, values, errors) => {
    const all = [...values];
    for (const [at, error] of errors) all[at] = error;
    return { first, values: all, count: all.length, failed: errors.length };
  },
  skip: (first, values, errors) => {
    const kept = withoutItems(
      { from: first, values },
      errors.map(([at]) => at),
    );
    return {
      first,
      values: kept.flatMap((part) => part.values),
      indices: kept.flatMap((part) => part.values.map((_, at) => part.from + at)),
      count: values.length,
      failed: errors.length,
    };
  },
};

/** The generator's yields belong to the index behind the settled ones. */
function withYields(span: Span, { values, ended }: NonNullable<Settlements<unknown>['yields']>): Span {
  if (span.failure !== undefined) return span;
  const { first, count } = span;
  const indices = span.indices ?? span.values.map((_, at) => first + at);
  return {
    ...span,
    values: [...span.values, ...values],
    indices: [...indices, ...values.map(() => first + count)],
    count: ended ? count + 1 : count,
  };
}
