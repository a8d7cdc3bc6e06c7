import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import { aborted$ } from '../../../src/util/rx/aborted.ts';
import { record } from '../../support/record.ts';

describe('aborted$', () => {
  it('fails all who wait with the reason, and listens once', () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const waiting = Array.from({ length: 20 }, () => record(aborted$(controller.signal)));
    expect(getEventListeners(controller.signal, 'abort')).to.have.lengthOf(1);
    controller.abort(reason);
    for (const { errors } of waiting) expect(errors).to.deep.equal([reason]);
  });

  it('listens no more when nobody waits', () => {
    const { signal } = new AbortController();
    const waiting = [aborted$(signal).subscribe(), aborted$(signal).subscribe()];
    for (const subscription of waiting) subscription.unsubscribe();
    expect(getEventListeners(signal, 'abort')).to.deep.equal([]);
  });
});
