import { expect } from 'chai';
import { EMPTY, of, tap, throwError, VirtualTimeScheduler } from 'rxjs';
import { ProgressTracker, type Counted } from '../../../src/flow/progress/ProgressTracker.ts';
import type { Progress } from '../../../src/flow/progress/Progress.ts';
import { ParallelError } from '../../../src/tasks/errors/errors.ts';
import { record } from '../../support/record.ts';

/** A count whose clock stands where it is put. */
function open(total?: number): {
  readonly tracker: ProgressTracker;
  readonly calls: Progress[];
  readonly log: string[];
  readonly at: (ms: number) => void;
} {
  const scheduler = new VirtualTimeScheduler();
  const calls: Progress[] = [];
  const log: string[] = [];
  scheduler.frame = 1000;
  const report = {
    update: (progress: Progress) => {
      calls.push(progress);
      log.push('update');
    },
    stop: () => {
      log.push('stop');
    },
  };
  const tracker = new ProgressTracker(report, { total, scheduler });
  return {
    tracker,
    calls,
    log,
    at: (ms) => {
      scheduler.frame = 1000 + ms;
    },
  };
}

const items = (count: number, failed?: number): Counted => ({ count, failed });

describe('ProgressTracker', () => {
  it('reports the first settlement, and then at most every 100 ms', () => {
    const { tracker, calls, at } = open();

    for (const ms of [5, 50, 104, 105, 204, 205, 500]) {
      at(ms);
      tracker.settled(items(1));
    }
    expect(calls.map(({ done, elapsedMs }) => [done, elapsedMs])).to.deep.equal([
      [1, 5],
      [4, 105],
      [6, 205],
      [7, 500],
    ]);
  });

  it('tells count, failures, rate and time left', () => {
    const { tracker, calls, at } = open(40);

    at(500);
    tracker.settled(items(10, 3));
    at(1000);
    tracker.settled(items(10));
    expect(calls).to.deep.equal([
      { done: 10, failed: 3, total: 40, perSecond: 20, elapsedMs: 500, etaMs: 1500 },
      { done: 20, failed: 3, total: 40, perSecond: 20, elapsedMs: 1000, etaMs: 1000 },
    ]);
  });

  it('knows no rate before time has passed, and no time left without rate or total', () => {
    const known = open(2);
    known.tracker.settled(items(1));
    expect(known.calls[0]).to.include({ perSecond: 0, etaMs: undefined });

    const unknown = open();
    unknown.at(100);
    unknown.tracker.settled(items(1));
    expect(unknown.calls[0]).to.include({ perSecond: 10, total: undefined, etaMs: undefined });
  });

  it('has no time left below 0 where there are more than was said', () => {
    const { tracker, calls, at } = open(1);

    at(100);
    tracker.settled(items(5));
    expect(calls[0]).to.include({ done: 5, etaMs: 0 });
  });

  it('counts a generator as an item when it has ended', () => {
    const { tracker, calls, at } = open();

    tracker.settled(items(0));
    at(100);
    tracker.settled(items(0));
    at(200);
    tracker.settled(items(1));
    expect(calls.map(({ done }) => done)).to.deep.equal([0, 0, 1]);
  });

  it('reports once more at the end, before that is told, and stops then', () => {
    const failure = new ParallelError('no');
    for (const [source$, end] of [
      [EMPTY, 'complete'],
      [throwError(() => failure), 'error'],
    ] as const) {
      const { tracker, log } = open();
      source$
        .pipe(tap<Counted>(tracker.ending))
        .subscribe({ complete: () => log.push('complete'), error: () => log.push('error') });
      expect(log).to.deep.equal(['update', end, 'stop']);
    }
  });

  it('reports a failure when it comes to the end of the run, and not when it settles', () => {
    const { tracker, calls, at } = open();
    const failed = { count: 1, failure: new ParallelError('no') };

    at(300);
    tracker.settled(failed);
    expect(calls).to.deep.equal([]);
    at(400);
    record(of(failed).pipe(tap<Counted>({ next: (counted) => tracker.ending.next?.(counted) })));
    expect(calls.map(({ done, elapsedMs }) => [done, elapsedMs])).to.deep.equal([[1, 400]]);
  });

  it('stops without a word when it is left', () => {
    const { tracker, log } = open();
    record(EMPTY.pipe(tap<Counted>({ finalize: () => tracker.ending.finalize?.() })));

    expect(log).to.deep.equal(['stop']);
  });
});
