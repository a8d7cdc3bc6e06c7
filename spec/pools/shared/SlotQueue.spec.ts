import { expect } from 'chai';
import { NEVER, of, tap } from 'rxjs';
import { SlotQueue } from '../../../src/pools/shared/SlotQueue.ts';
import { record, type Recording } from '../../support/record.ts';

interface Named {
  readonly name: number;
}

/** Slots with numbers. */
function open(most: number): { readonly slots: SlotQueue<Named>; readonly made: Named[] } {
  const made: Named[] = [];
  const slots = new SlotQueue<Named>(most, () => {
    const slot = { name: made.length };
    made.push(slot);
    return slot;
  });
  return { slots, made };
}

const namesOf = ({ values }: Recording<Named>): number[] => values.map(({ name }) => name);

describe('SlotQueue', () => {
  it('makes a slot when there is none free, up to the number', () => {
    const { slots, made } = open(2);
    const [first, second, third] = [0, 1, 2].map(() => record(slots.acquire$()));

    expect(made).to.have.length(2);
    expect(slots.all).to.deep.equal(made);
    expect(slots.size).to.equal(2);
    expect(first).to.deep.include({ values: [made[0]], completions: 1 });
    expect(second).to.deep.include({ values: [made[1]], completions: 1 });
    expect(third).to.deep.include({ values: [], completions: 0 });
  });

  it('uses again what was released, the last one first', () => {
    const { slots, made } = open(3);
    const [a, b] = [record(slots.acquire$()), record(slots.acquire$())].map(({ values: [slot] }) => slot as Named);

    slots.release(a as Named);
    slots.release(b as Named);
    expect(namesOf(record(slots.acquire$()))).to.deep.equal([1]);
    expect(namesOf(record(slots.acquire$()))).to.deep.equal([0]);
    expect(made).to.have.length(2);
  });

  it('gives a slot that is released to the one who waits longest', () => {
    const { slots } = open(1);
    const [slot] = record(slots.acquire$()).values;
    const waiting = [0, 1].map(() => record(slots.acquire$()));

    slots.release(slot as Named);
    expect(waiting.map(({ completions }) => completions)).to.deep.equal([1, 0]);
    slots.release(slot as Named);
    expect(waiting.map(({ completions }) => completions)).to.deep.equal([1, 1]);
  });

  it('forgets who has left the line', () => {
    const { slots } = open(1);
    const [slot] = record(slots.acquire$()).values;
    const left = record(slots.acquire$());
    const stays = record(slots.acquire$());

    left.subscription.unsubscribe();
    slots.release(slot as Named);
    expect(left.values).to.deep.equal([]);
    expect(stays.values).to.deep.equal([slot]);
  });

  it('lets nobody in before those who wait, also while a slot goes from hand to hand', () => {
    const { slots } = open(1);
    const order: string[] = [];
    const [slot] = record(slots.acquire$()).values;
    const enter = (name: string, then: () => void = () => undefined): void => {
      record(
        slots.acquire$().pipe(
          tap((given) => {
            order.push(name);
            then();
            slots.release(given);
          }),
        ),
      );
    };

    enter('first', () => {
      enter('third');
    });
    enter('second');
    slots.release(slot as Named);
    expect(order).to.deep.equal(['first', 'second', 'third']);
  });

  it('goes on with the line where one that gets a slot throws', () => {
    for (const { slots } of [open(1), open(1)]) {
      const held = slots.takeFree() as Named;
      slots.request(0, () => {
        throw new Error('not today');
      });
      const second = record(slots.acquire$());
      expect(() => {
        slots.release(held);
      }).to.throw('not today');
      slots.release(held);
      expect(namesOf(second)).to.deep.equal([0]);
    }
  });

  it('goes through a line of any length in one loop, where slots come back at once', () => {
    const { slots } = open(1);
    const [slot] = record(slots.acquire$()).values;
    let served = 0;
    for (let n = 0; n < 20_000; n += 1)
      record(
        slots.acquire$().pipe(
          tap((given) => {
            served += 1;
            slots.release(given);
          }),
        ),
      );

    slots.release(slot as Named);
    expect(served).to.equal(20_000);
    expect(record(slots.acquire$()).completions).to.equal(1);
  });

  describe('use$', () => {
    it('uses a free slot now, or waits for one', () => {
      const { slots } = open(1);
      const now = record(slots.use$(({ name }) => of(name)));
      const later = record(slots.use$(({ name }) => of(name + 10)));

      expect(now).to.deep.include({ values: [0], completions: 1 });
      expect(later.values).to.deep.equal([]);
      slots.release(slots.all[0] as Named);
      expect(later).to.deep.include({ values: [10], completions: 1 });
    });

    it('leaves the line when nobody waits for it any more', () => {
      const { slots } = open(1);
      record(slots.use$(() => NEVER));
      const left = record(slots.use$(({ name }) => of(name)));

      left.subscription.unsubscribe();
      slots.release(slots.all[0] as Named);
      expect(left.values).to.deep.equal([]);
      expect(record(slots.acquire$()).completions).to.equal(1);
    });
  });

  describe('resize', () => {
    it('to more serves those who wait', () => {
      const { slots, made } = open(1);
      const all = [0, 1, 2].map(() => record(slots.acquire$()));

      slots.resize(2);
      expect(all.map(({ completions }) => completions)).to.deep.equal([1, 1, 0]);
      slots.resize(9);
      expect(all.map(({ completions }) => completions)).to.deep.equal([1, 1, 1]);
      expect(made).to.have.length(3);
    });

    it('to fewer keeps the free ones, the one unused longest for the end, and lets no more of them be used', () => {
      const { slots, made } = open(3);
      const all = [0, 1, 2].map(() => record(slots.acquire$()).values[0] as Named);

      [1, 0, 2].forEach((name) => {
        slots.release(all[name] as Named);
      });
      slots.resize(1);
      expect(slots.all.map(({ name }) => name)).to.deep.equal([0, 1, 2]);
      expect(namesOf(record(slots.acquire$()))).to.deep.equal([2]);
      const waiting = record(slots.acquire$());
      expect(namesOf(waiting)).to.deep.equal([]);
      slots.resize(2);
      expect(namesOf(waiting)).to.deep.equal([0]);
      slots.resize(3);
      expect(namesOf(record(slots.acquire$()))).to.deep.equal([1]);
      expect(made).to.have.length(3);
    });

    it('to fewer gives no slot to who waits until fewer are in use', () => {
      const { slots, made } = open(2);
      const [a, b] = [0, 1].map(() => record(slots.acquire$()).values[0] as Named);
      const waiting = record(slots.acquire$());

      expect(slots.awaited).to.equal(true);
      slots.resize(1);
      // The next slot that is released is not for it.
      expect(slots.awaited).to.equal(false);
      slots.release(a as Named);
      expect(waiting.values).to.deep.equal([]);
      expect(slots.awaited).to.equal(true);
      slots.release(b as Named);
      expect(namesOf(waiting)).to.deep.equal([1]);
      expect(made).to.have.length(2);
    });
  });
});
