import { expect } from 'chai';
import { asyncScheduler, firstValueFrom, timer, VirtualTimeScheduler } from 'rxjs';
import { ProgressTracker } from '../../../src/flow/progress/ProgressTracker.ts';
import type { Progress } from '../../../src/flow/progress/Progress.ts';
import { clockOf } from '../../../src/util/rx/clockOf.ts';
import { startGate$ } from '../../../src/util/rx/startGate.ts';
import { virtually } from '../../support/virtually.ts';

const HOUR_MS = 3_600_000;
const { now } = Date;
/** Waits by a timer, since the time of day stands anywhere in these tests. */
const sleep = (ms: number): Promise<unknown> => firstValueFrom(timer(ms));

describe('a clock that is set while it is measured by', () => {
  afterEach(() => {
    Date.now = now;
  });

  for (const [jump, byMs] of [
    ['back', -HOUR_MS],
    ['forward', HOUR_MS],
  ] as const) {
    it(`lengthens no pause, and leaves none out: ${jump}`, async () => {
      // Of two gates, the one is waited at while the clock is set, and the other is passed.
      const [waited$, passed$] = [startGate$(60, asyncScheduler), startGate$(60, asyncScheduler)];
      const startedAtMs = performance.now();
      await Promise.all([firstValueFrom(waited$), firstValueFrom(passed$)]);
      const second = firstValueFrom(waited$);
      Date.now = () => now() + byMs;
      await Promise.all([second, firstValueFrom(passed$)]);
      const tookMs = performance.now() - startedAtMs;
      expect(tookMs).to.be.within(59, 3000);
      const third = performance.now();
      Date.now = now;
      await firstValueFrom(waited$);
      expect(performance.now() - third).to.be.within(40, 3000);
    });

    it(`makes no elapsed time negative, and none too long: ${jump}`, async () => {
      const calls: Progress[] = [];
      const report = { update: (progress: Progress) => calls.push(progress), stop: () => undefined };
      const countings = [1, 2].map(() => new ProgressTracker(report, { total: 4, scheduler: asyncScheduler }));
      await sleep(20);
      Date.now = () => now() + byMs;
      for (const counting of countings) counting.settled({ count: 2 });
      await sleep(120);
      Date.now = now;
      for (const counting of countings) counting.settled({ count: 1 });

      expect(calls).to.have.lengthOf(4);
      for (const { elapsedMs, etaMs = NaN, perSecond } of calls) {
        expect(elapsedMs).to.be.within(15, 5000);
        expect(etaMs).to.be.within(1, 5000);
        expect(perSecond).to.be.above(0);
      }
    });
  }

  it('stands still as long as a scheduler of its own goes backwards', () => {
    const scheduler = new VirtualTimeScheduler();
    const clock = clockOf(scheduler);
    const readAt = (frame: number): number => {
      scheduler.frame = frame;
      return clock();
    };
    expect([0, 5, 2, 4, 4, 104].map(readAt)).to.deep.equal([0, 5, 5, 7, 7, 107]);
  });

  it('is that of a TestScheduler while one runs, also where it was made before', () => {
    const clock = clockOf(asyncScheduler);
    virtually((scheduler, { flush }) => {
      const inside = clockOf(asyncScheduler);
      const told: number[] = [];
      timer(1000).subscribe(() => told.push(inside()));
      flush();
      expect(told).to.deep.equal([1000]);
      expect(scheduler.frame).to.equal(1000);
    });
    expect(clock()).to.be.within(0, 5000);
  });
});
