import { expect } from 'chai';
import type { Settlements } from '../../../src/pools/pool.ts';

/** The outcomes of the items of a job, one by one, from messages that must be consecutive. */
export function outcomesOf(messages: readonly Settlements<unknown>[]): readonly unknown[] {
  const outcomes: unknown[] = [];
  let next = 0;
  let yielded: unknown[] = [];
  for (const { from, values, errors = [], yields } of messages) {
    expect(from, 'the position of a message').to.equal(next);
    const failed = new Map(errors);
    values.forEach((value, at) => {
      const outcome = failed.get(at) ?? value;
      outcomes.push(yielded.length === 0 ? outcome : [...yielded, outcome]);
      yielded = [];
    });
    next += values.length;
    if (yields === undefined) continue;
    yielded.push(...yields.values);
    if (!yields.ended) continue;
    outcomes.push(yielded);
    yielded = [];
    next += 1;
  }
  expect(yielded, 'yields without an end').to.deep.equal([]);
  return outcomes;
}
