import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { iteratorOfNodeStream, iteratorOfWebStream } from '../../../src/flow/source/streamIterators.ts';

const streams = {
  'a web stream': () => {
    const ended: unknown[] = [];
    const stream = new ReadableStream<number>({
      start: (controller) => {
        controller.enqueue(1);
      },
      cancel: (reason) => {
        ended.push(reason);
      },
    });
    return { iterator: iteratorOfWebStream(stream), isEnded: () => ended.length === 1 && !stream.locked };
  },
  'a stream of Node': () => {
    const stream = new PassThrough({ objectMode: true });
    stream.write(1);
    return { iterator: iteratorOfNodeStream<number>(stream), isEnded: () => stream.destroyed };
  },
  'an iterable of Node that has no `return`': () => {
    let isDestroyed = false;
    const stream = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: false as const, value: 1 }) }),
      destroy: () => (isDestroyed = true),
    };
    return { iterator: iteratorOfNodeStream<number>(stream), isEnded: () => isDestroyed };
  },
};

describe('the iterator of a stream', () => {
  for (const [name, open] of Object.entries(streams))
    it(`of ${name} ends its stream, and says that it is done`, async () => {
      const [first, second] = [open(), open()];
      expect(await first.iterator.next()).to.deep.equal({ done: false, value: 1 });
      expect(await first.iterator.return?.()).to.deep.equal({ done: true, value: undefined });
      expect([first.isEnded(), second.isEnded()]).to.deep.equal([true, false]);
      expect(await second.iterator.return?.()).to.deep.equal({ done: true, value: undefined });
      expect(second.isEnded()).to.equal(true);
    });
});
