import { expect } from 'chai';
import { windowOf } from '../../../src/flow/schedule/windowOf.ts';

const plan = { bufferSize: undefined, ordered: false, partitionBy: undefined, workers: 2 };
const partitionBy = (): number => 0;

describe('windowOf', () => {
  for (const [title, more, limit, isPulled, window] of [
    ['64 items at least', {}, 1, true, 64],
    ['eight chunks per worker', {}, 10, true, 160],
    ['eight chunks per worker, however many workers', { workers: 100 }, 1, true, 800],
    ['no bound where any number of workers may start', { workers: Infinity }, 1, true, Infinity],
    ['bufferSize, if it is less', { bufferSize: 5 }, 10, true, 5],
    ['bufferSize, if it is more', { bufferSize: 5000 }, 10, true, 5000],
    ['bufferSize of an Observable that is put in order', { bufferSize: 5, ordered: true }, 10, false, 5],
    ['as much of an Observable', {}, 10, false, 160],
    ['as much of an iterable that is put in order', { ordered: true }, 10, true, 160],
    ['as much of an iterable with keys', { partitionBy }, 10, true, 160],
    ['all of an Observable that is put in order', { ordered: true }, 10, false, Infinity],
    ['all of an Observable with keys', { partitionBy }, 10, false, Infinity],
  ] as const)
    it(`holds ${title}`, () => {
      expect(windowOf({ ...plan, ...more }, limit, isPulled)).to.equal(window);
    });
});
