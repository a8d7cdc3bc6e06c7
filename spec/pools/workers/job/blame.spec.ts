import { expect } from 'chai';
import { blame, type LostBatch, type Verdict } from '../../../../src/pools/workers/job/blame.ts';

/** A batch of three items, two of which have not settled, and of whose worker nothing is known. */
const LOST: LostBatch = {
  items: 3,
  unsettled: 2,
  isAnswered: false,
  hasReceived: false,
  reported: undefined,
  hasReason: false,
  hasYielded: false,
  isMoved: false,
  silentBefore: 0,
};
const ONE = { items: 1, unsettled: 1 };

const rows: readonly (readonly [what: string, lost: Partial<LostBatch>, next: Verdict['next'], silent: number])[] = [
  ['all has settled', { unsettled: 0, reported: 'other', hasReason: true }, 'again', 0],
  ['all has settled, after silent ones', { unsettled: 0, isAnswered: true, silentBefore: 2 }, 'again', 2],

  ['nothing is known of a death', {}, 'again', 1],
  ['nothing is known of a second death', { silentBefore: 1 }, 'oneByOne', 2],
  ['nothing is known of a third death', { silentBefore: 2 }, 'oneByOne', 3],
  ['nothing is known of the death of one item', ONE, 'again', 1],
  ['nothing is known of the second death of one item', { ...ONE, silentBefore: 1 }, 'oneByOne', 2],
  ['nothing is known of the third death of one item', { ...ONE, silentBefore: 2 }, 'blame', 3],
  ['nothing is known of the fourth death of one item', { ...ONE, silentBefore: 3 }, 'blame', 4],

  ['a worker answers without a result', { isAnswered: true }, 'again', 1],
  ['a second one answers without a result', { isAnswered: true, silentBefore: 1 }, 'oneByOne', 2],
  ['a third one answers one item without a result', { ...ONE, isAnswered: true, silentBefore: 2 }, 'blame', 3],
  [
    'a worker answers without a result, and has sent what cannot be used',
    { isAnswered: true, hasReceived: true },
    'again',
    1,
  ],

  ['a message came before the death', { hasReceived: true }, 'oneByOne', 0],
  ['a message came before the death, with one item', { ...ONE, hasReceived: true }, 'blame', 0],
  ['the death has a reason', { hasReason: true, silentBefore: 1 }, 'oneByOne', 1],
  ['the death has a reason, with one item', { ...ONE, hasReason: true }, 'blame', 0],
  ['the report names the first item that has not settled', { reported: 'first' }, 'blame', 0],
  ['the report names another item', { reported: 'other' }, 'oneByOne', 0],
  ['the report names another item, with one item', { ...ONE, reported: 'other' }, 'blame', 0],
  ['a generator has yielded', { hasYielded: true, hasReceived: true }, 'blame', 0],

  ['items were moved, and nothing is known of the death', { isMoved: true }, 'oneByOne', 0],
  ['one item was moved, and nothing is known of the death', { ...ONE, isMoved: true }, 'blame', 0],
  [
    'one item was moved, and the worker answers without a result',
    { ...ONE, isMoved: true, isAnswered: true },
    'blame',
    0,
  ],
];

describe('the blame for a lost batch', () => {
  for (const [what, lost, next, silent] of rows)
    it(`${next === 'blame' ? 'is the first item’s' : `makes items run ${next}`}, where ${what}`, () => {
      expect(blame({ ...LOST, ...lost })).to.deep.equal({ next, silent });
    });

  for (const isAnswered of [false, true])
    it(`falls on an item with the third of ${isAnswered ? 'answers' : 'deaths'} of which nothing is known`, () => {
      const verdicts: string[] = [];
      let [silentBefore, items] = [0, 3];
      while (verdicts.at(-1) !== 'blame' && verdicts.length < 5) {
        const { next, silent } = blame({ ...LOST, items, unsettled: items, isAnswered, silentBefore });
        silentBefore = silent;
        if (next === 'oneByOne') items = 1;
        verdicts.push(next);
      }
      expect(verdicts).to.deep.equal(['again', 'oneByOne', 'blame']);
    });
});
