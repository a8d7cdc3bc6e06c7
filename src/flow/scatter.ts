import type { Span } from './settle.ts';

/**
 * Gives a span of a job whose items are not consecutive the indices of its items.
 *
 * @param span - Its first index, and its others, if it has them, are positions in the job.
 * @param indices - The index of each item of the job, in ascending order.
 * @param inOrder - Whether each span has to cover its indices without gaps, so that others can be put between them.
 */
export function scatter<Out>(span: Span<Out>, indices: readonly number[], inOrder: boolean): readonly Span<Out>[] {
  if (span.count === 0 && span.values.length === 0) return [];
  if (inOrder) return [...withoutGaps(span, indices)];
  const { first, values } = span;
  return [
    {
      ...span,
      first: indices[first] as number,
      indices: values.map((_, at) => indices[positionOf(span, at)] as number),
      isScattered: true,
    },
  ];
}

/** The parts of a span that have consecutive indices. The last one has the failure. */
function* withoutGaps<Out>(span: Span<Out>, indices: readonly number[]): Generator<Span<Out>> {
  const { values, failure } = span;
  const settledEnd = span.first + span.count;
  // The yields of an open generator belong to the item behind those that have settled.
  const end = Math.max(settledEnd, positionOf(span, values.length - 1) + 1);
  let { failed } = span;
  let at = 0;
  for (let start = span.first; start < end;) {
    const first = indices[start] as number;
    let next = start + 1;
    while (next < end && indices[next] === first + next - start) next += 1;
    const from = at;
    while (at < values.length && positionOf(span, at) < next) at += 1;
    yield {
      first,
      values: values.slice(from, at),
      indices: span.indices?.slice(from, at).map((position) => first + position - start),
      count: Math.min(next, settledEnd) - start,
      failed,
      failure: next === end ? failure : undefined,
    };
    failed = undefined;
    start = next;
  }
}

function positionOf({ first, indices }: Span, at: number): number {
  return indices?.[at] ?? first + at;
}
