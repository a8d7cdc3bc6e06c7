import { expect } from 'chai';
import { concat, defer, NEVER, of, Subject, tap, throwError, timer } from 'rxjs';
import { PoolLifecycle } from '../../../src/pools/shared/PoolLifecycle.ts';
import { PoolClosedError } from '../../../src/tasks/errors/errors.ts';
import { record } from '../../support/record.ts';
import { virtually } from '../../support/virtually.ts';

/** Says when a promise has resolved. */
const settledLater = (promise: Promise<unknown>): (() => boolean) => {
  let settled = false;
  void promise.then(() => (settled = true));
  return () => settled;
};

describe('PoolLifecycle', () => {
  it('lets all pass before it begins', () => {
    const closing = new PoolLifecycle('this pool', (ms) => timer(ms));

    expect(closing.begun).to.equal(false);
    expect(() => {
      closing.check();
    }).not.to.throw();
    for (const guarded$ of [closing.guard$(of(1, 2)), closing.count$(() => of(1, 2))])
      expect(record(guarded$)).to.deep.include({ values: [1, 2], completions: 1 });
  });

  it('is at once where nothing runs', async () => {
    const closing = new PoolLifecycle('this pool', (ms) => timer(ms));
    record(closing.guard$(NEVER)).subscription.unsubscribe();

    await closing.close(1e6);
    expect(closing.begun).to.equal(true);
    expect(() => {
      closing.check();
    }).to.throw(PoolClosedError, 'this pool is closed');
  });

  it('waits for what runs, and is over when the last has ended', async () => {
    const closing = new PoolLifecycle('this pool', (ms) => timer(ms));
    const runs = [new Subject<number>(), new Subject<number>(), new Subject<number>()];
    const [first, second, third] = runs.map((run$) => record(closing.count$(() => run$)));
    const closed = closing.close(1e6);
    const isOver = settledLater(closed);

    runs[0]?.next(1);
    runs[0]?.complete();
    second?.subscription.unsubscribe();
    await Promise.resolve();
    expect(isOver()).to.equal(false);
    runs[2]?.error(new Error('broken'));
    await closed;
    expect(first).to.deep.include({ values: [1], completions: 1 });
    expect(second).to.deep.include({ values: [], errors: [] });
    expect(third?.errors.map(String)).to.deep.equal(['Error: broken']);
  });

  it('fails what outlives its time', () => {
    virtually((scheduler, { flush }) => {
      const closing = new PoolLifecycle('this pool', (ms) => timer(ms));
      const log: string[] = [];
      const run = record(
        closing.guard$(concat(of(1), NEVER)).pipe(
          tap({
            error: () => log.push(`failed at ${String(scheduler.now())}`),
            finalize: () => log.push(`ended at ${String(scheduler.now())}`),
          }),
        ),
      );

      void closing.close(50);
      flush();
      expect(run.values).to.deep.equal([1]);
      expect(run.errors[0]).to.be.instanceOf(PoolClosedError);
      expect(log).to.deep.equal(['failed at 50', 'ended at 50']);
    });
  });

  it('refuses what comes later, but not before it is over, so that the others have their time', () => {
    virtually((_scheduler, { flush }) => {
      const closing = new PoolLifecycle('this pool', (ms) => timer(ms));
      const running$ = new Subject<number>();
      const running = record(closing.guard$(running$));
      void closing.close(50);
      let opened = 0;
      const late = record(
        closing.guard$(
          defer(() => {
            opened += 1;
            return of(1);
          }),
        ),
      );

      expect(late.errors).to.deep.equal([]);
      running$.next(1);
      running$.complete();
      expect(running).to.deep.include({ values: [1], completions: 1 });
      expect(late.errors[0]).to.be.instanceOf(PoolClosedError);
      expect(opened).to.equal(0);
      expect(record(closing.count$(() => of(1))).errors).to.have.length(1);
      flush();
    });
  });

  it('counts a run that has checked no more, and fails it when it is over', () => {
    const closing = new PoolLifecycle('this pool', (ms) => timer(ms));
    const running$ = new Subject<number>();
    const go$ = new Subject<number>();
    const running = record(closing.guard$(running$));
    const checking = record(
      closing.guard$(
        go$.pipe(
          tap(() => {
            closing.check();
          }),
        ),
      ),
    );

    go$.next(1);
    void closing.close(1e6);
    go$.next(2);
    expect(checking).to.deep.include({ values: [1], errors: [] });
    expect(go$.observed).to.equal(false);
    running$.complete();
    expect(running.completions).to.equal(1);
    expect(checking.errors[0]).to.be.instanceOf(PoolClosedError);
  });

  it("hands on errors that are not its own, also another pool's", () => {
    const closing = new PoolLifecycle('this pool', (ms) => timer(ms));
    const other = new PoolClosedError('another pool is closed');

    expect(record(closing.guard$(throwError(() => other))).errors).to.deep.equal([other]);
  });

  it('may be called again', async () => {
    const closing = new PoolLifecycle('this pool', (ms) => timer(ms));
    const run$ = new Subject<number>();
    record(closing.guard$(run$));
    const first = closing.close(1e6);
    const second = closing.close(1e6);

    run$.complete();
    await Promise.all([first, second, closing.close(0)]);
  });
});
