import { expect } from 'chai';
import { Batches, type BatchResults } from '../../src/flow/Batches.ts';
import { Delivery } from '../../src/flow/Delivery.ts';
import { withItemMessage, wordItem, type ItemMessage } from '../../src/tasks/errors/ItemMessage.ts';
import { ParallelError, TaskError, WorkerCrashError } from '../../src/tasks/errors/errors.ts';

/** What a batch, by its number, delivers. */
const delivery = (
  first: number,
  values: readonly string[],
  count: number,
  failure?: ParallelError,
  gone: (count: number) => void = () => undefined,
): Delivery<string> => new Delivery({ first, indices: undefined, values, count, failed: undefined, failure }, gone);

const brief = ({ first, values, count, failure }: BatchResults<string>): unknown[] => [
  first,
  values.join(),
  count,
  ...(failure === undefined ? [] : [failure.message]),
];

describe('Batches', () => {
  it('give results the indices of their items, whichever batch is first', () => {
    const batches = new Batches<string>();
    expect(batches.add(['a', 'b'])).to.deep.equal(['a', 'b']);
    batches.add(['c', 'd', 'e']);
    batches.add(['f']);

    expect(brief(batches.resultsOf(delivery(1, ['C'], 0)))).to.deep.equal([2, 'C', 1]);
    expect(brief(batches.resultsOf(delivery(0, ['A', 'B'], 1)))).to.deep.equal([0, 'A,B', 2]);
    expect(brief(batches.resultsOf(delivery(1, ['D', 'E'], 1)))).to.deep.equal([3, 'D,E', 2]);
    expect(brief(batches.resultsOf(delivery(2, ['F'], 0)))).to.deep.equal([5, 'F', 1]);
    expect(brief(batches.resultsOf(delivery(2, [], 1)))).to.deep.equal([6, '', 0]);
  });

  it('say that they have gone out when their results have', () => {
    const batches = new Batches<string>();
    batches.add(['a']);
    const gone: number[] = [];
    batches.resultsOf(delivery(0, ['A'], 1, undefined, (count) => gone.push(count))).done();

    expect(gone).to.deep.equal([1]);
  });

  it('fail with too few results or too many, at the item that has none', () => {
    for (const [sent, last, said, details] of [
      [['A'], [], [1, '', 0, '1 results'], { index: 1, item: 'b', attempts: 1 }],
      [[], [], [0, '', 0, '0 results'], { index: 0, item: 'a', attempts: 1 }],
      [['A', 'B'], ['C'], [2, '', 0, 'more results than items'], { index: undefined, item: undefined, attempts: 1 }],
      [['A'], ['B', 'C'], [1, 'B', 1, 'more results than items'], { index: undefined, attempts: 1 }],
    ] as const) {
      const batches = new Batches<string>();
      batches.add(['a', 'b']);
      batches.resultsOf(delivery(0, sent, 0));
      const results = batches.resultsOf(delivery(0, last, 1));
      const [first, values, count, many] = said;

      const message = `a processor gave ${many} for a batch of 2: it has to yield one per item`;
      expect(brief(results)).to.deep.equal([first, values, count, message]);
      expect(results.failure).to.be.instanceOf(TaskError);
      expect(results.failure).to.deep.include(details);
    }
  });

  it('fail with more results as soon as there are', () => {
    const batches = new Batches<string>();
    batches.add(['a']);

    expect(batches.resultsOf(delivery(0, ['A', 'B'], 0)).failure?.message).to.include('more results than items');
  });

  it('tell a failure as one of the first item without a result, in the words of its own numbers', () => {
    const on = (before: string, after = ''): ItemMessage => ({ before, preposition: 'on', after });
    const lost: ItemMessage = { before: 'the result', preposition: 'for', after: ' is lost' };
    const unsent: ItemMessage = { before: '', preposition: undefined, after: ' cannot be sent' };
    for (const [items, answered, parts, said, message, index] of [
      [['a', 'b', 'c'], [], on('task f threw'), 'task f threw on item 12', 'task f threw on items 3 to 5', 3],
      [['a', 'b', 'c'], ['A'], on('task f threw'), 'task f threw on item 12', 'task f threw on items 4 to 5', 4],
      [
        ['a', 'b', 'c'],
        ['A', 'B'],
        on('task f threw', ': x'),
        'task f threw on item 12: x',
        'task f threw on item 5: x',
        5,
      ],
      [['a', 'b', 'c'], ['A'], lost, 'the result for item 12 is lost', 'the result for item 4 is lost', 4],
      [['a', 'b', 'c'], ['A'], unsent, 'item 12 cannot be sent', 'the batch of items 3 to 5 cannot be sent', 4],
      [['a'], [], unsent, 'item 12 cannot be sent', 'the batch of item 3 cannot be sent', 3],
      [
        ['a'],
        ['A'],
        on('task f threw', ': on item 3'),
        'task f threw on item 12: on item 3',
        'task f threw: on item 3',
        undefined,
      ],
      [
        ['a'],
        [],
        on('item 1 failed', ': on item 2'),
        'item 1 failed on item 12: on item 2',
        'item 1 failed on item 3: on item 2',
        3,
      ],
      [['a'], [], undefined, 'this item 12 is bad', 'this item 12 is bad', 3],
    ] as const) {
      const batches = new Batches<string>();
      batches.add(['x', 'y', 'z']);
      batches.add(items);
      const error = new WorkerCrashError(said, { index: 12, item: items, attempts: 2, exitCode: 9, cause: 'why' });
      if (parts !== undefined) {
        expect(wordItem(parts, 'item 12')).to.equal(said);
        withItemMessage(error, parts);
        expect(Object.keys(error)).to.not.include.members(Object.keys(parts));
      }
      const { failure, values } = batches.resultsOf(delivery(1, answered, 0, error));

      expect(values).to.deep.equal(answered);
      expect(failure).to.be.instanceOf(WorkerCrashError);
      expect(failure).to.deep.include({
        message,
        index,
        item: index === undefined ? undefined : items[index - 3],
        attempts: 2,
        exitCode: 9,
        cause: 'why',
      });
    }
  });

  it('give a failure no cause that has none', () => {
    const batches = new Batches<string>();
    batches.add(['a']);

    expect(batches.resultsOf(delivery(0, [], 0, new TaskError('bad'))).failure).not.to.have.property('cause');
  });
});
