import { expect } from 'chai';
import { asyncScheduler, take } from 'rxjs';
import { startGate$ } from '../../../src/util/rx/startGate.ts';
import { marbles } from '../../support/marbles.ts';
import { record } from '../../support/record.ts';
import { virtually } from '../../support/virtually.ts';

describe('startGate$', () => {
  it('lets everybody through at once without a pause', () => {
    const gate$ = startGate$(0, asyncScheduler);

    for (let n = 0; n < 3; n += 1) expect(record(gate$)).to.deep.include({ values: [0], completions: 1 });
  });

  it(
    'lets the first through at once, and the others one by one, so far apart',
    marbles(({ expectObservable }) => {
      const gate$ = startGate$(3, asyncScheduler);
      const x = { x: 0 };

      expectObservable(gate$).toBe('(x|)', x);
      expectObservable(gate$).toBe('---(x|)', x);
      expectObservable(gate$, '-^').toBe('------(x|)', x);
      expectObservable(gate$, '----^').toBe('---------(x|)', x);
    }),
  );

  it(
    'lets through at once who comes late enough',
    marbles(({ expectObservable }) => {
      const gate$ = startGate$(3, asyncScheduler);

      expectObservable(gate$).toBe('(x|)', { x: 0 });
      expectObservable(gate$, '----^').toBe('----(x|)', { x: 0 });
      expectObservable(gate$, '-----^').toBe('-------(x|)', { x: 0 });
    }),
  );

  it(
    'keeps no time for who has gone',
    marbles(({ expectObservable }) => {
      const gate$ = startGate$(3, asyncScheduler);

      expectObservable(gate$).toBe('(x|)', { x: 0 });
      expectObservable(gate$, '^-!').toBe('-');
      expectObservable(gate$, '^!').toBe('-');
      expectObservable(gate$, '-^').toBe('---(x|)', { x: 0 });
      expectObservable(gate$, '-^--!').toBe('-');
      expectObservable(gate$, '--^').toBe('------(x|)', { x: 0 });
    }),
  );

  it('has no timer while nobody waits', () => {
    virtually((scheduler, { flush }) => {
      const gate$ = startGate$(3, asyncScheduler);
      record(gate$.pipe(take(1)));
      expect(scheduler.actions).to.deep.equal([]);
      const { subscription } = record(gate$);
      expect(scheduler.actions).to.have.length(1);
      subscription.unsubscribe();
      expect(scheduler.actions).to.deep.equal([]);
      const next = record(gate$);
      flush();
      expect(next).to.deep.include({ values: [0], completions: 1 });
      expect(scheduler.frame).to.equal(3);
    });
  });
});
