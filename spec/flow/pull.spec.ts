import { expect } from 'chai';
import { defer, EMPTY, Observable, of, Subject, throwError } from 'rxjs';
import { Delivery } from '../../src/flow/Delivery.ts';
import { pull } from '../../src/flow/pull.ts';
import type { Span } from '../../src/flow/settle.ts';
import { ParallelError } from '../../src/tasks/errors/errors.ts';

/** A run that is delivered by hand, and what is known of its consumer. */
class Hand {
  private readonly delivery$ = new Subject<Delivery<string>>();
  readonly log: string[] = [];
  readonly wanted: boolean[] = [];
  readonly pairs = pull<string>((wanted$) => {
    this.log.push('opened');
    wanted$.subscribe((wanted) => this.wanted.push(wanted));
    return new Observable<Delivery<string>>((subscriber) => {
      this.log.push('subscribed');
      subscriber.add(() => this.log.push('left'));
      return this.delivery$.subscribe(subscriber);
    });
  });

  complete(): void {
    this.delivery$.complete();
  }

  fail(error: unknown): void {
    this.delivery$.error(error);
  }

  deliver(span: Partial<Span<string>> & Pick<Span, 'first'>): void {
    const whole = { values: [], count: span.values?.length ?? 0, ...span };
    this.delivery$.next(
      new Delivery(whole, (count) => {
        this.log.push(`${String(count)} gone`);
      }),
    );
  }
}

const pair = (index: number, value: string): IteratorResult<readonly [number, string]> => ({
  done: false,
  value: [index, value],
});
const END = { done: true, value: undefined };

const errorOf = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error: unknown) => error,
  );

describe('pull', () => {
  it('opens the run with the first next', async () => {
    const hand = new Hand();
    const { pairs, log } = hand;

    expect(log).to.deep.equal([]);
    const first = pairs.next();
    expect(log).to.deep.equal(['opened', 'subscribed']);
    hand.complete();
    expect(await first).to.deep.equal(END);
    expect(await pairs.next()).to.deep.equal(END);
    expect(log).to.deep.equal(['opened', 'subscribed', 'left']);
  });

  it('gives pair after pair, whether asked before or after they come', async () => {
    const hand = new Hand();
    const asked = [hand.pairs.next(), hand.pairs.next()];
    hand.deliver({ first: 3, values: ['a', 'b', 'c'] });
    hand.deliver({ first: 7, values: ['d', 'e'], indices: [7, 9] });

    expect(await Promise.all(asked)).to.deep.equal([pair(3, 'a'), pair(4, 'b')]);
    expect(await hand.pairs.next()).to.deep.equal(pair(5, 'c'));
    expect(await hand.pairs.next()).to.deep.equal(pair(7, 'd'));
    expect(await hand.pairs.next()).to.deep.equal(pair(9, 'e'));
  });

  it('says that a delivery is gone when its last pair is taken', async () => {
    const hand = new Hand();
    const first = hand.pairs.next();
    hand.log.length = 0;
    hand.deliver({ first: 0, values: ['a', 'b'] });
    await first;
    expect(hand.log).to.deep.equal([]);
    await hand.pairs.next();
    expect(hand.log).to.deep.equal(['2 gone']);
  });

  it('lets a delivery without values go at once, also while nobody asks', async () => {
    const hand = new Hand();
    const first = hand.pairs.next();
    hand.deliver({ first: 0, values: ['a'] });
    await first;
    hand.log.length = 0;
    hand.deliver({ first: 1, values: [], count: 2 });
    expect(hand.log).to.deep.equal(['2 gone']);
    hand.deliver({ first: 3, values: ['b'] });
    hand.deliver({ first: 4, values: [], count: 1 });
    expect(await hand.pairs.next()).to.deep.equal(pair(3, 'b'));
    expect(hand.log).to.deep.equal(['2 gone', '1 gone', '1 gone']);
  });

  it('wants more when nothing is left to take', async () => {
    const hand = new Hand();
    const first = hand.pairs.next();
    expect(hand.wanted).to.deep.equal([true]);
    hand.deliver({ first: 0, values: ['a', 'b'] });
    await first;
    expect(hand.wanted).to.deep.equal([true, false]);
    await hand.pairs.next();
    expect(hand.wanted).to.deep.equal([true, false, true]);
    hand.deliver({ first: 2, values: ['c'] });
    expect(hand.wanted).to.deep.equal([true, false, true, false]);
  });

  it('gives each its own pair, in order, where taking one makes the next come at once', async () => {
    let next = 0;
    const delivery$ = new Subject<Delivery<string>>();
    const deliver = (): void => {
      if (next === 5) delivery$.complete();
      else
        delivery$.next(
          new Delivery({ first: next, values: [String(next++)], count: 1 }, () => {
            deliver();
          }),
        );
    };
    const pairs = pull<string>(() => delivery$);
    const asked = Array.from({ length: 3 }, () => pairs.next());

    deliver();
    deliver();
    expect(await Promise.all(asked)).to.deep.equal([pair(0, '0'), pair(1, '1'), pair(2, '2')]);
    expect(await pairs.next()).to.deep.equal(pair(3, '3'));
    expect(await pairs.next()).to.deep.equal(pair(4, '4'));
    expect(await pairs.next()).to.deep.equal(END);
  });

  it('ends where the run ends while it is opened', async () => {
    const all = pull(() => of(new Delivery({ first: 0, values: ['a'], count: 1 }, () => undefined)));

    expect(await all.next()).to.deep.equal(pair(0, 'a'));
    expect(await all.next()).to.deep.equal(END);
    expect(await pull(() => EMPTY).next()).to.deep.equal(END);
    expect(
      String(
        await errorOf(
          pull(() =>
            defer(() => {
              throw new Error('at once');
            }),
          ).next(),
        ),
      ),
    ).to.equal('Error: at once');
  });

  it('fails once, after the results before, and has ended then', async () => {
    const failure = new ParallelError('failed');
    const broken = new Error('broken');
    const ends = [
      (hand: Hand): void => {
        hand.fail(broken);
      },
      (hand: Hand): void => {
        hand.deliver({ first: 1, values: [], count: 1, failure });
      },
    ];

    for (const end of ends) {
      const hand = new Hand();
      const first = hand.pairs.next();
      hand.deliver({ first: 0, values: ['a', 'b'] });
      end(hand);
      expect(hand.log.filter((line) => line === 'left')).to.have.length(1);
      expect(await first).to.deep.equal(pair(0, 'a'));
      expect(await hand.pairs.next()).to.deep.equal(pair(1, 'b'));
      expect(await errorOf(hand.pairs.next())).to.be.oneOf([failure, broken]);
      expect(await hand.pairs.next()).to.deep.equal(END);
    }
    const refused = pull(() => throwError(() => broken));
    const asked = [errorOf(refused.next()), refused.next()];
    expect(await Promise.all(asked)).to.deep.equal([broken, END]);
  });

  it('fails after the results that came in one piece with the failure', async () => {
    const failure = new ParallelError('failed');
    const hand = new Hand();
    const asked = [hand.pairs.next(), errorOf(hand.pairs.next()), hand.pairs.next()];

    hand.deliver({ first: 0, values: ['a'], count: 2, failure });
    expect(await Promise.all(asked)).to.deep.equal([pair(0, 'a'), failure, END]);
  });

  it('can be left while next is pending, which ends at once', async () => {
    const hand = new Hand();
    const asked = [hand.pairs.next(), hand.pairs.next()];
    const left = hand.pairs.return?.();

    expect(hand.log).to.deep.equal(['opened', 'subscribed', 'left']);
    expect(await Promise.all([...asked, left])).to.deep.equal([END, END, END]);
  });

  it('drops what is ready, and a failure, when it is left', async () => {
    const hand = new Hand();
    const first = hand.pairs.next();
    hand.deliver({ first: 0, values: ['a', 'b'] });
    hand.fail(new Error('broken'));
    await first;
    await hand.pairs.return?.();
    expect(await hand.pairs.next()).to.deep.equal(END);
  });

  it('opens nothing when it is left before the first next', async () => {
    const hand = new Hand();

    expect(await hand.pairs.return?.()).to.deep.equal(END);
    expect(await hand.pairs.next()).to.deep.equal(END);
    expect(hand.log).to.deep.equal([]);
  });

  it('is left by throw and by asyncDispose too', async () => {
    const thrown = new Hand();
    const first = thrown.pairs.next();
    expect(String(await errorOf(thrown.pairs.throw?.(new Error('mine')) as Promise<unknown>))).to.equal('Error: mine');
    expect(await first).to.deep.equal(END);
    expect(thrown.log.at(-1)).to.equal('left');

    const disposed = new Hand();
    void disposed.pairs.next();
    await disposed.pairs[Symbol.asyncDispose]();
    expect(disposed.log.at(-1)).to.equal('left');
  });
});
