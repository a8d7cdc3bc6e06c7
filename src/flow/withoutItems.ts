import type { Settlements } from '../pools/pool.ts';

/**
 * The values of a message without those in some places: the parts between these, each with its own errors.
 *
 * @param removed - The places in `message.values`, in ascending order.
 */
export function withoutItems<Out>(
  message: Pick<Settlements<Out>, 'from' | 'values' | 'errors'>,
  removed: readonly number[],
): readonly Settlements<Out>[] {
  const parts: Settlements<Out>[] = [];
  let start = 0;
  for (const end of [...removed, message.values.length]) {
    if (start < end) parts.push(slice(message, start, end));
    start = end + 1;
  }
  return parts;
}

function slice<Out>(
  { from, values, errors = [] }: Pick<Settlements<Out>, 'from' | 'values' | 'errors'>,
  start: number,
  end: number,
): Settlements<Out> {
  const own = errors.filter(([at]) => at >= start && at < end).map(([at, error]) => [at - start, error] as const);
  return {
    from: from + start,
    values: values.slice(start, end),
    ...(own.length > 0 ? { errors: own } : {}),
  };
}
