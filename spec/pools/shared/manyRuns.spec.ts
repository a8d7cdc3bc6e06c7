import { expect } from 'chai';
import { asyncScheduler, NEVER, Subject, type Observable, type Subscription } from 'rxjs';
import { Delivery } from '../../../src/flow/Delivery.ts';
import { pull } from '../../../src/flow/pull.ts';
import { parallelMap } from '../../../src/index.ts';
import { PoolLifecycle } from '../../../src/pools/shared/PoolLifecycle.ts';
import { SlotQueue } from '../../../src/pools/shared/SlotQueue.ts';
import { aborted$ } from '../../../src/util/rx/aborted.ts';
import { startGate$ } from '../../../src/util/rx/startGate.ts';
import { costAmongOthers, costBeside } from '../../support/growth.ts';

const double = (n: number): number => 2 * n;

const subscribe = (source$: Observable<unknown>, count: number): Subscription[] =>
  Array.from({ length: count }, () => source$.subscribe({ error: () => undefined }));

const leave = (subscriptions: readonly Subscription[]): void => {
  for (const subscription of subscriptions) subscription.unsubscribe();
};

const MANY = 50_000;

/** A baseline: subscriptions that share nothing. */
const leaving = (): (() => void) => {
  const subscriptions = subscribe(NEVER, MANY);
  return () => {
    leave(subscriptions);
  };
};

/** The things that may be open, or wait, in great numbers. */
const CASES: Record<string, { readonly others: number; readonly open: () => Observable<unknown> }> = {
  'a run of the default pool': { others: 4000, open: () => NEVER.pipe(parallelMap(double)) },
  'a run with a signal that others have, too': {
    others: MANY,
    open: () => aborted$(new AbortController().signal),
  },
  'a wait for the end of a pool': { others: MANY, open: () => new PoolLifecycle('this pool').closed$ },
  'a wait for a start': {
    others: MANY,
    open: () => {
      const gate$ = startGate$(1e6, asyncScheduler);
      gate$.subscribe();
      return gate$;
    },
  },
  'a wait for a worker': {
    others: MANY,
    open: () => {
      const slots = new SlotQueue(1, () => ({}));
      slots.acquire$().subscribe();
      return slots.acquire$();
    },
  },
};

describe('the cost of a run does not grow with the number of runs:', function () {
  this.timeout(60_000);

  for (const [name, { others, open }] of Object.entries(CASES)) {
    it(`${name}, which comes last and leaves`, () => {
      const source$ = open();
      let all: readonly Subscription[] = [];
      const cost = costAmongOthers(
        () => {
          leave(subscribe(source$, 200));
        },
        () => {
          all = subscribe(source$, others);
        },
      );
      leave(all);
      expect(cost).to.be.below(4);
    });

    it(`${name}, which was there first and leaves`, () => {
      const source$ = open();
      const all: Subscription[] = [];
      const add = (count: number): void => {
        for (const subscription of subscribe(source$, count)) all.push(subscription);
      };
      let left = 0;
      const cost = costAmongOthers(
        () => {
          add(200);
          leave(all.slice(left, left + 200));
          left += 200;
        },
        () => {
          add(others);
        },
      );
      leave(all);
      expect(cost).to.be.below(4);
    });
  }

  it('a place that all wait for, and have one after the other', () => {
    const cost = costBeside(() => {
      const slots = new SlotQueue(1, () => ({}));
      subscribe(slots.acquire$(), 1 + MANY);
      const [place = {}] = slots.all;
      return () => {
        for (let n = 0; n < MANY; n += 1) slots.release(place);
        expect(slots.awaited).to.equal(false);
      };
    }, leaving);
    expect(cost).to.be.below(200);
  });

  it('a signal that aborts all of them', () => {
    const cost = costBeside(() => {
      const controller = new AbortController();
      subscribe(aborted$(controller.signal), MANY);
      return () => {
        controller.abort(new Error('enough'));
      };
    }, leaving);
    expect(cost).to.be.below(200);
  });

  it('an iterator that all ask for a result before there is one', () => {
    const cost = costBeside(() => {
      const delivery$ = new Subject<Delivery<number>>();
      const pairs = pull(() => delivery$);
      for (let n = 0; n < MANY; n += 1) void pairs.next();
      return () => {
        for (let first = 0; first < MANY; first += 1)
          delivery$.next(new Delivery({ first, values: [first], count: 1 }, () => undefined));
      };
    }, leaving);
    expect(cost).to.be.below(200);
  });
});
