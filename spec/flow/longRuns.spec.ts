import { expect } from 'chai';
import { Observable, Subject, type Subscriber } from 'rxjs';
import { byIndex } from '../../src/flow/byIndex.ts';
import { parallel$ } from '../../src/operators/parallelObservable.ts';
import type { Job, Pool, Settlements } from '../../src/pools/pool.ts';
import { collect } from '../support/collected.ts';

const MB = 2 ** 20;
const ITEMS = 1_000_000;
/** From here on the heap has to be flat: all code has run by then. */
const WARM = 100_000;
/** An entry for each item would be 50 times that. */
const MAY_GROW_MB = 2;

/** Measures the heap when so many items have gone out, and with the last, while the run keeps what it keeps. */
class Growth {
  private count = 0;
  private beforeMb = NaN;
  private afterMb = NaN;

  readonly next = (): void => {
    this.count += 1;
    if (this.count === WARM) this.beforeMb = heapMb();
    if (this.count === ITEMS) this.afterMb = heapMb();
  };

  get mb(): number {
    expect(this.count).to.equal(ITEMS);
    return this.afterMb - this.beforeMb;
  }
}

function heapMb(): number {
  collect();
  return process.memoryUsage().heapUsed / MB;
}

interface Open {
  readonly job: Job<unknown>;
  readonly subscriber: Subscriber<Settlements<never>>;
}

/** A pool whose jobs settle out of turn, the last first, and then say how long they took: when their items have gone out. */
class LastFirstPool implements Pool {
  readonly size = 4;
  readonly crashes = false;
  private open: Open[] = [];
  private working = false;

  run$<In, Out>(job: Job<In>): Observable<Settlements<Out>> {
    return new Observable<Settlements<never>>((subscriber) => {
      this.open.push({ job, subscriber });
      this.work();
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private work(): void {
    if (this.working) return;
    this.working = true;
    while (this.open.length === this.size) {
      const round = this.open;
      this.open = [];
      for (const { job, subscriber } of round.toReversed())
        subscriber.next({ from: 0, values: job.items as readonly never[] });
      for (const { job, subscriber } of round) {
        subscriber.next({ from: job.items.length, values: [], tookMs: 1 });
        subscriber.complete();
      }
    }
    this.working = false;
  }
}

describe('the heap is flat over a million items in order', function () {
  this.timeout(120_000);

  it('where each job has one item, which settles out of turn', () => {
    const growth = new Growth();
    const items = function* (): Generator<number> {
      for (let n = 0; n < ITEMS; n += 1) yield n;
    };
    const config = { pool: new LastFirstPool(), ordered: true, chunkSize: 1 };
    let isOver = false;
    parallel$((n: number) => n, items(), config).subscribe({ next: growth.next, complete: () => (isOver = true) });

    expect(isOver).to.equal(true);
    expect(growth.mb).to.be.below(MAY_GROW_MB);
  });

  it('where spans of nothing come when their index has gone by', () => {
    const growth = new Growth();
    const span$ = new Subject<{ readonly first: number; readonly count: number }>();
    const subscription = span$.pipe(byIndex()).subscribe(growth.next);
    for (let first = 0; first < ITEMS; first += 2) {
      for (const one of [first + 1, first]) span$.next({ first: one, count: 1 });
      for (const one of [first, first + 1]) span$.next({ first: one, count: 0 });
    }

    expect(growth.mb).to.be.below(MAY_GROW_MB);
    subscription.unsubscribe();
  });
});
