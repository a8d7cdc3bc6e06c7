import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { EMPTY, firstValueFrom, lastValueFrom, NEVER, of, Subject, throwError } from 'rxjs';
import { bgTask } from '../../src/operators/bgTask.ts';
import { marbles } from '../support/marbles.ts';
import { record } from '../support/record.ts';
import { errorOf } from '../support/settle.ts';

const failure = new RangeError('no');
const fails = (): never => {
  throw failure;
};

describe('bgTask', () => {
  const printed: unknown[][] = [];
  const unhandled: unknown[] = [];
  const noteUnhandled = (error: unknown): void => void unhandled.push(error);
  const { error: print } = console;
  beforeEach(() => {
    console.error = (...words: unknown[]) => printed.push(words);
    process.on('unhandledRejection', noteUnhandled);
  });
  afterEach(() => {
    console.error = print;
    process.off('unhandledRejection', noteUnhandled);
    printed.length = 0;
    unhandled.length = 0;
  });

  it('gives the result of a promise', async () => {
    const task = bgTask(Promise.resolve(42));

    expect([task.result, task.settled]).to.deep.equal([undefined, false]);
    expect(await lastValueFrom(task)).to.equal(42);
    expect([task.result, task.settled]).to.deep.equal([42, true]);
  });

  it('gives the result of whatever has a then', async () => {
    const thenable: PromiseLike<number> = { then: (...args) => Promise.resolve(42).then(...args) };

    expect(await lastValueFrom(bgTask(thenable))).to.equal(42);
  });

  it(
    'gives all values of an Observable, which it subscribes to once, at once',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const work$ = cold(' -a-b-|');
      const subs = '       ^----!';
      const expected = '   -a-b-|';
      const later = '      --^';
      const replayed = '   --ab-|';
      const task = bgTask(work$);

      expectObservable(task).toBe(expected);
      expectObservable(task, later).toBe(replayed);
      expectSubscriptions(work$.subscriptions).toBe(subs);
    }),
  );

  for (const [kind, work] of [
    ['a value', () => 42],
    ['a promise', () => Promise.resolve(42)],
    ['an Observable', () => of(42)],
  ] as const)
    it(`calls a function, at once and once, that gives ${kind}`, async () => {
      let calls = 0;
      const task = bgTask<number>(() => {
        calls += 1;
        return work();
      });

      expect(calls).to.equal(1);
      expect(await lastValueFrom(task)).to.equal(42);
      expect(await lastValueFrom(task)).to.equal(42);
      expect(calls).to.equal(1);
    });

  it('has its result at once where nothing has to be waited for', () => {
    const task = bgTask(() => 42);

    expect([task.result, task.settled]).to.deep.equal([42, true]);
  });

  it('gives an array as one result', () => {
    expect(record(bgTask(() => [1, 2])).values).to.deep.equal([[1, 2]]);
  });

  it('completes with an empty Observable, and never with one that never ends', () => {
    expect(record(bgTask(EMPTY)).completions).to.equal(1);

    const endless = bgTask(NEVER);
    expect(record(endless).completions).to.equal(0);
    expect(endless.settled).to.equal(false);
  });

  it('goes on when it is unsubscribed from, and stops when it is cancelled', () => {
    const work$ = new Subject<number>();
    const task = bgTask(work$);
    record(task).subscription.unsubscribe();

    expect(work$.observed).to.equal(true);
    work$.next(42);
    expect(task.result).to.equal(42);
    task.cancel();
    expect(work$.observed).to.equal(false);
    expect(record(task)).to.deep.include({ values: [42], completions: 1 });
  });

  it('says nothing more of a promise that rejects after a cancel', async () => {
    const errors: unknown[] = [];
    const task = bgTask(Promise.reject(failure), (error) => errors.push(error));
    task.cancel();

    await turn();
    expect({ errors, printed, unhandled }).to.deep.equal({ errors: [], printed: [], unhandled: [] });
    expect(record(task).completions).to.equal(1);
  });

  for (const [kind, make] of [
    ['a promise that rejects', () => Promise.reject(failure)],
    ['an Observable that fails', () => throwError(() => failure)],
  ] as const) {
    it(`fails as ${kind}, unwrapped, for who subscribes, now or later`, async () => {
      const task = bgTask<never>(make());
      // An Observable may have failed already.
      const now = errorOf(firstValueFrom(task));

      expect(await now).to.equal(failure);
      expect(await errorOf(firstValueFrom(task))).to.equal(failure);
      expect([task.result, task.settled]).to.deep.equal([undefined, true]);
      expect(unhandled).to.deep.equal([]);
    });

    it(`prints once, as it is, that nobody has subscribed to ${kind}`, async () => {
      void bgTask<never>(make());
      void bgTask<never>(() => make());

      await turn();
      expect(printed).to.deep.equal([[failure], [failure]]);
      expect(unhandled).to.deep.equal([]);
    });
  }

  it('fails with what a function throws, and does not throw itself', async () => {
    const task = bgTask(fails);

    await turn();
    expect(printed).to.deep.equal([[failure]]);
    expect(record(task).errors).to.deep.equal([failure]);
    expect(printed).to.deep.equal([[failure]]);
  });

  it('prints nothing that somebody subscribes to in the turn in which it fails', async () => {
    const [now, later] = [bgTask(fails), bgTask(() => throwError(() => failure))];
    const { errors } = record(now);
    await Promise.resolve();
    expect([...errors, ...record(later).errors]).to.deep.equal([failure, failure]);
    await turn();
    expect(printed).to.deep.equal([]);
  });

  it('prints nothing that somebody has subscribed to, also if it was left since', async () => {
    const { errors } = record(bgTask(Promise.reject(failure)));
    const left = bgTask(Promise.reject(failure));
    record(left).subscription.unsubscribe();

    await turn();
    expect(errors).to.deep.equal([failure]);
    expect({ printed, unhandled }).to.deep.equal({ printed: [], unhandled: [] });
  });

  describe('onError', () => {
    it('gets the failure once, in place of the console', async () => {
      const errors: unknown[] = [];
      const task = bgTask(Promise.reject(failure), (error) => errors.push(error));

      await turn();
      expect({ errors, printed, unhandled }).to.deep.equal({ errors: [failure], printed: [], unhandled: [] });
      expect(record(task).errors).to.deep.equal([failure]);
      expect(errors).to.deep.equal([failure]);
    });

    it('gets the failure also where somebody has subscribed', async () => {
      const errors: unknown[] = [];
      const recording = record(bgTask(Promise.reject(failure), (error) => errors.push(error)));

      await turn();
      expect([errors, recording.errors]).to.deep.equal([[failure], [failure]]);
    });

    it('gets what a function throws before bgTask returns', () => {
      const errors: unknown[] = [];
      void bgTask(fails, (error) => errors.push(error));

      expect(errors).to.deep.equal([failure]);
    });

    it('hears nothing of success', async () => {
      const errors: unknown[] = [];
      await lastValueFrom(bgTask(Promise.resolve(1), (error) => errors.push(error)));

      expect(errors).to.deep.equal([]);
    });

    it('is refused at the call if it is no function', () => {
      expect(() => bgTask(NEVER, 5 as never)).to.throw(TypeError, 'onError must be a function, not 5');
    });
  });
});
