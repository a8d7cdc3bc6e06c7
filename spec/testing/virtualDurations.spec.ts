import { expect } from 'chai';
import { of, range, tap, type SchedulerLike } from 'rxjs';
import { parallelMap } from '../../src/operators/parallelMap.ts';
import { VirtualPool, type VirtualDurations } from '../../src/testing/VirtualPool.ts';
import { marbles } from '../support/marbles.ts';
import { record } from '../support/record.ts';
import { errorsInBrief, letterPool, PAIRS, upper } from '../support/virtual.ts';
import { virtually } from '../support/virtually.ts';

const same = (n: number): number => n;
const RANDOM = { min: 2, max: 6, seed: 1 };

/** How long each of some items took, by index. */
function taken(duration: VirtualDurations['duration'], items = 40, workers = items): number[] {
  const frames: number[] = [];
  virtually((scheduler, { flush }) => {
    const pool = new VirtualPool({ workers, duration });
    record(
      range(items).pipe(
        parallelMap(same, { pool }),
        tap(([index]) => {
          const run = pool.runs[index];
          frames[index] = scheduler.now() - (run?.subscribedFrame ?? NaN);
        }),
      ),
    );
    flush();
  });
  return frames;
}

describe('VirtualPool, by durations', () => {
  it(
    'hangs for ever where the duration is Infinity, until it is late or left, and flush ends',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const pool = letterPool(1, { a: Infinity });
      const config = { pool, timeout: 4, onError: 'skip' } as const;

      expectObservable(cold('(ab|)').pipe(parallelMap(upper, config))).toBe('-----(B|)', PAIRS);
      expectSubscriptions(pool.runs).toBe(['^---!', '----^!']);
    }),
  );

  it('sets no timer for what hangs, whatever the scheduler', () => {
    virtually((scheduler, { flush }) => {
      const delays: unknown[] = [];
      const noting: SchedulerLike = {
        now: () => scheduler.now(),
        schedule: (work, delay, state) => {
          delays.push(delay);
          return scheduler.schedule(work as never, delay, state as never);
        },
      };
      const pool = new VirtualPool({ workers: 1, duration: Infinity });
      record(of('a').pipe(parallelMap(upper, { pool, scheduler: noting })));

      flush();
      expect(delays).to.deep.equal([]);
      expect(pool.runs).to.deep.equal([{ subscribedFrame: 0, unsubscribedFrame: Infinity }]);
    });
  });

  for (const [ms, message] of [
    [-1, 'RangeError: duration must be from 0 and at most 2147483647 milliseconds or Infinity, not -1'],
    [NaN, 'RangeError: duration must be from 0 and at most 2147483647 milliseconds or Infinity, not NaN'],
    [undefined, 'TypeError: duration must be from 0 and at most 2147483647 milliseconds or Infinity, not undefined'],
  ] as const)
    it(
      `fails the run, whatever onError says, where a function gives no duration: ${String(ms)}`,
      marbles(({ cold, expectObservable }) => {
        const pool = new VirtualPool({ workers: 1, duration: () => ms as number });
        const results$ = cold('-a|').pipe(parallelMap(upper, { pool, onError: 'skip' }), errorsInBrief());

        expectObservable(results$).toBe('-#', undefined, message);
      }),
    );

  describe('that are random', () => {
    it('are integers from min to max, all of which occur', () => {
      expect(new Set(taken(RANDOM))).to.deep.equal(new Set([2, 3, 4, 5, 6]));
      expect(new Set(taken({ min: 3, max: 3, seed: 0 }))).to.deep.equal(new Set([3]));
    });

    it('are the same in each pool, and others for another seed', () => {
      expect(taken(RANDOM)).to.deep.equal(taken(RANDOM));
      expect(taken(RANDOM)).not.to.deep.equal(taken({ ...RANDOM, seed: 2 }));
    });

    it('belong to the index, whatever runs beside it', () => {
      expect(taken(RANDOM, 40, 3)).to.deep.equal(taken(RANDOM));
    });

    it('are as frequent as each other', () => {
      const counts = new Map<number, number>();
      for (const ms of taken({ min: 0, max: 3, seed: 5 }, 4000, 100)) counts.set(ms, (counts.get(ms) ?? 0) + 1);

      for (const ms of [0, 1, 2, 3]) expect(counts.get(ms)).to.be.within(900, 1100);
    });

    it('differ from try to try', () => {
      virtually((_scheduler, { flush }) => {
        const pool = new VirtualPool({ workers: 1, duration: { min: 0, max: 1000, seed: 1 } });
        const task = (): never => {
          throw new Error('again');
        };
        record(of(1).pipe(parallelMap(task, { pool, retry: 9 })));

        flush();
        const durations = pool.runs.map(
          ({ subscribedFrame, unsubscribedFrame }) => unsubscribedFrame - subscribedFrame,
        );
        expect(durations.length).to.equal(10);
        expect(new Set(durations).size).to.be.greaterThan(7);
      });
    });

    it('differ from step to step of a generator', () => {
      virtually((scheduler, { flush }) => {
        const frames = [0];
        const many = function* (): Generator<number> {
          for (let n = 0; n < 10; n += 1) yield n;
        };
        const pool = new VirtualPool({ workers: 1, duration: { min: 0, max: 1000, seed: 1 } });
        record(
          of(1).pipe(
            parallelMap(many, { pool }),
            tap(() => frames.push(scheduler.now())),
          ),
        );

        flush();
        const steps = frames.slice(1).map((frame, nth) => frame - (frames[nth] ?? 0));
        expect(steps.length).to.equal(10);
        expect(new Set(steps).size).to.be.greaterThan(7);
      });
    });

    it('are refused at the call where they are none', () => {
      const cases: [unknown, typeof TypeError | typeof RangeError, string][] = [
        [{ max: 2, seed: 1 }, TypeError, 'duration.min must be an integer from 0, not undefined'],
        [{ min: 3, max: 2, seed: 1 }, RangeError, 'duration.max must be an integer from 3, not 2'],
        [{ min: 1, max: 2 }, TypeError, 'duration.seed must be an integer from 0, not undefined'],
        [{ min: 1, max: 2, seed: 1, mean: 1 }, TypeError, 'there is no option duration.mean'],
        [null, TypeError, 'duration must be from 0'],
      ];

      for (const [duration, ErrorClass, message] of cases)
        expect(() => new VirtualPool({ workers: 1, duration: duration as never })).to.throw(ErrorClass, message);
    });
  });
});
