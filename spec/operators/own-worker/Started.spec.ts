import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { config, EMPTY, NEVER, of, Subject, take, tap, throwError } from 'rxjs';
import { start, type Started } from '../../../src/operators/own-worker/Started.ts';
import { reportUnhandled } from '../../../src/util/rx/reportUnhandled.ts';
import { marbles } from '../../support/marbles.ts';
import { record } from '../../support/record.ts';

const ignore = (): void => undefined;
const manyAwaits = async (): Promise<void> => {
  for (let n = 0; n < 100; n += 1) await Promise.resolve();
};
/** Anything may be thrown. */
const broken: unknown = 'broken';

describe('Started', () => {
  it(
    'goes on from when it is made, whoever subscribes',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const work$ = cold('-a-b-|');
      const expected = '  -a-b-|';

      expectObservable(start(work$, ignore)).toBe(expected);
      expectSubscriptions(work$.subscriptions).toBe('^----!');
    }),
  );

  it(
    'needs nobody to subscribe',
    marbles(({ cold, expectSubscriptions }) => {
      const work$ = cold('-a-|');
      void start(work$, ignore);

      expectSubscriptions(work$.subscriptions).toBe('^--!');
    }),
  );

  it(
    'gives all results to who subscribes later, also after the end',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const work$ = cold('          -a-b-|');
      const started = start(work$, ignore);

      expectObservable(started, '   --^').toBe('--ab-|');
      expectObservable(started, '   -------^').toBe('-------(ab|)');
      expectSubscriptions(work$.subscriptions).toBe('^----!');
    }),
  );

  it(
    'ends for who subscribes later with the error it ended with',
    marbles(({ cold, expectObservable }) => {
      const started = start(cold('-a-#', undefined, 'broken'), ignore);

      expectObservable(started).toBe('-a-#', undefined, 'broken');
      expectObservable(started, '-----^').toBe('-----(a#)', undefined, 'broken');
    }),
  );

  it(
    'completes with work that gives nothing, and never with work that never ends',
    marbles(({ expectObservable }) => {
      expectObservable(start(EMPTY, ignore)).toBe('|');
      expectObservable(start(NEVER, ignore)).toBe('-');
    }),
  );

  it(
    'is not stopped by unsubscribing',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const work$ = cold('           -a-b-|');
      const started = start(work$, ignore);

      expectObservable(started, '    ^-!').toBe('-a');
      expectObservable(started.pipe(take(1))).toBe('-(a|)');
      expectObservable(started, '    ------^').toBe('------(ab|)');
      expectSubscriptions(work$.subscriptions).toBe('^----!');
    }),
  );

  it(
    'is stopped by cancel, and completes for all',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const work$ = cold('         -a-b-c-|');
      const started = start(work$, ignore);
      const cancel$ = cold('       ----x').pipe(
        tap(() => {
          started.cancel();
        }),
      );

      expectObservable(started).toBe('-a-b|');
      expectObservable(cancel$).toBe('----x');
      expectObservable(started, '  ------^').toBe('------(ab|)');
      expectSubscriptions(work$.subscriptions).toBe('^---!');
    }),
  );

  it('may be cancelled by its own result, and again and again', () => {
    const work$ = new Subject<string>();
    const started: Started<string> = start(work$, ignore);
    const log: string[] = [];
    started.subscribe({
      next: (value) => {
        log.push(value);
        started.cancel();
        started.cancel();
      },
      complete: () => log.push('complete'),
    });

    work$.next('a');
    expect(work$.observed).to.equal(false);
    started.cancel();
    expect(log).to.deep.equal(['a', 'complete']);
    expect(started.settled).to.equal(true);
    expect(record(started).completions).to.equal(1);
  });

  it('changes nothing when it is cancelled after its end', () => {
    const done = start(of('a'), ignore);
    const failed = start(
      throwError(() => broken),
      ignore,
    );
    done.cancel();
    failed.cancel();

    expect([done.result, done.settled, record(done).values]).to.deep.equal(['a', true, ['a']]);
    expect([failed.result, failed.settled, record(failed).errors]).to.deep.equal([undefined, true, ['broken']]);
  });

  it('tells the last result so far, and whether it has settled', () => {
    const work$ = new Subject<number>();
    const started = start(work$, ignore);
    const told = (): unknown => ({ result: started.result, settled: started.settled });

    expect(told()).to.deep.equal({ result: undefined, settled: false });
    work$.next(1);
    expect(told()).to.deep.equal({ result: 1, settled: false });
    work$.next(2);
    work$.complete();
    expect(told()).to.deep.equal({ result: 2, settled: true });
  });

  it('has its result, and has settled, before it says so', () => {
    const log: unknown[] = [];
    const work$ = new Subject<number>();
    const started = start(work$, ignore);
    started.subscribe({
      next: () => log.push(started.result),
      complete: () => log.push(started.settled),
    });
    const broken$ = new Subject<number>();
    const failing = start(broken$, ignore);
    failing.subscribe({ error: () => log.push(failing.settled) });

    work$.next(1);
    work$.complete();
    broken$.error(broken);
    expect(log).to.deep.equal([1, true, true]);
  });

  it('cannot be told its result from outside', () => {
    const started = start(of(1), ignore);

    expect(() => Object.assign(started, { result: 2 })).to.throw(TypeError);
    expect(started.result).to.equal(1);
  });

  describe('tells of a failure', () => {
    const failures: unknown[] = [];
    const note = (error: unknown, heard: boolean): void => void failures.push([error, heard]);
    beforeEach(() => {
      failures.length = 0;
    });

    it('that nobody has subscribed to, when the turn in which it has come is over', async () => {
      void start(
        throwError(() => broken),
        note,
      );
      expect(failures).to.deep.equal([]);
      await turn();
      expect(failures).to.deep.equal([['broken', false]]);
    });

    for (const [when, wait] of [
      ['at once', () => undefined],
      ['after an await', () => Promise.resolve()],
      ['after many', manyAwaits],
    ] as const)
      it(`that has come before somebody subscribes in the same turn: ${when}`, async () => {
        const [first, second] = [1, 2].map(() =>
          start(
            throwError(() => broken),
            note,
          ),
        ) as [Started<never>, Started<never>];
        const waited = wait();
        if (waited !== undefined) await waited;
        const recordings = [record(first), record(second)];
        expect(recordings.map(({ errors }) => errors)).to.deep.equal([['broken'], ['broken']]);
        await turn();
        expect(failures).to.deep.equal([
          ['broken', true],
          ['broken', true],
        ]);
      });

    it('at once to what is to be told in any case', () => {
      const told: unknown[] = [];
      void start(
        throwError(() => broken),
        note,
        (error) => told.push(error),
      );
      expect(told).to.deep.equal(['broken']);
    });

    it('that somebody has subscribed to, once, however many', () => {
      const work$ = new Subject();
      const started = start(work$, note);
      const recordings = [record(started), record(started)];

      work$.error(broken);
      expect(failures).to.deep.equal([['broken', true]]);
      expect(recordings.map(({ errors }) => errors)).to.deep.equal([['broken'], ['broken']]);
    });

    it('not after a cancel', () => {
      const work$ = new Subject();
      const started = start(work$, note);
      started.cancel();

      work$.error(broken);
      expect(failures).to.deep.equal([]);
      expect(record(started).completions).to.equal(1);
    });
  });

  describe('that nobody has subscribed to', () => {
    afterEach(() => {
      config.onUnhandledError = null;
    });

    it("gives its failure to RxJS's onUnhandledError, once", async () => {
      const unhandled: unknown[] = [];
      config.onUnhandledError = (error) => unhandled.push(error);
      void start(
        throwError(() => broken),
        reportUnhandled,
      );

      expect(unhandled).to.deep.equal([]);
      await new Promise((resolve) => setTimeout(resolve));
      expect(unhandled).to.deep.equal(['broken']);
    });
  });
});
