import type { Job, Settlements } from '../pools/pool.ts';
import type { ParallelError } from '../tasks/errors.ts';
import type { ErrorPolicy } from './Plan.ts';

/** What is known of consecutive indices: their results, or the error that ends the run there. */
export interface Span {
  readonly first: number;
  readonly indices?: readonly number[];
  readonly values: readonly unknown[];
  /** How many items it settles: 0 while a generator goes on. */
  readonly count: number;
  /** How many of them failed, and are skipped or returned. */
  readonly failed?: number;
  /** Whether the values are yields of the generator at `first`. */
  readonly yielded?: boolean;
  readonly failure?: ParallelError;
}

/** Says what a pool's message means, by the error policy. */
export function settle(job: Job<unknown>, message: Settlements<unknown>, onError: ErrorPolicy): readonly Span[] {
  const { from, values, errors, yields } = message;
  const first = indexAt(job, from);
  const spans = errors === undefined ? results(first, values) : settleErrors[onError](first, values, errors);
  return yields === undefined ? spans : [...spans, yieldsOf(indexAt(job, from + values.length), yields)];
}

function results(first: number, values: readonly unknown[]): readonly Span[] {
  return values.length === 0 ? [] : [{ first, values, count: values.length }];
}

type Errors = NonNullable<Settlements<unknown>['errors']>;

const settleErrors: Record<
  ErrorPolicy,
  (first: number, values: readonly unknown[], errors: Errors) => readonly Span[]
> = {
  throw: (first, values, errors) => {
    const [at, failure] = errors[0] as Errors[number];
    return [...results(first, values.slice(0, at)), { first: first + at, values: [], count: 1, failure }];
  },
  return: (first, values, errors) => {
    const all = [...values];
    for (const [at, error] of errors) all[at] = error;
    return [{ first, values: all, count: all.length, failed: errors.length }];
  },
  skip: (first, values, errors) => {
    const failed = new Set(errors.map(([at]) => at));
    const kept = [...values.keys()].filter((at) => !failed.has(at));
    return [
      {
        first,
        values: kept.map((at) => values[at]),
        indices: kept.map((at) => first + at),
        count: values.length,
        failed: failed.size,
      },
    ];
  },
};

function yieldsOf(first: number, { values, ended }: NonNullable<Settlements<unknown>['yields']>): Span {
  return { first, values, indices: values.map(() => first), count: ended ? 1 : 0, yielded: true };
}

function indexAt(job: Job<unknown>, position: number): number {
  return job.items[position]?.index ?? NaN;
}
