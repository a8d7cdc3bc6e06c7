import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import { listenToAbort, stopListening, type Abortable } from '../../src/util/abortListeners.ts';

const recorder = (): Abortable & { readonly reasons: unknown[] } => {
  const reasons: unknown[] = [];
  return {
    reasons,
    aborted: (reason) => {
      reasons.push(reason);
    },
  };
};

describe('abortListeners', () => {
  it('tells all that listen to one signal, and those of another nothing', () => {
    const [one, other] = [new AbortController(), new AbortController()];
    const [a, b, c] = [recorder(), recorder(), recorder()];
    listenToAbort(one.signal, a);
    listenToAbort(one.signal, b);
    listenToAbort(other.signal, c);
    one.abort('gone');

    expect([a, b, c].map(({ reasons }) => reasons)).to.deep.equal([['gone'], ['gone'], []]);
    for (const listener of [a, b]) stopListening(one.signal, listener);
    stopListening(other.signal, c);
  });

  it('has one listener on a signal however many wait for it, and none once the last has left', () => {
    const { signal } = new AbortController();
    const all = Array.from({ length: 20 }, recorder);
    for (const one of all) listenToAbort(signal, one);
    expect(getEventListeners(signal, 'abort')).to.have.lengthOf(1);

    for (const one of all.slice(1)) stopListening(signal, one);
    expect(getEventListeners(signal, 'abort')).to.have.lengthOf(1);
    for (const one of all) stopListening(signal, one);
    expect(getEventListeners(signal, 'abort')).to.have.lengthOf(0);
  });

  it('does not tell one that has left, also while the others are being told', () => {
    const controller = new AbortController();
    const { signal } = controller;
    const later = recorder();
    const first: Abortable = {
      aborted: () => {
        stopListening(signal, later);
      },
    };
    listenToAbort(signal, first);
    listenToAbort(signal, later);
    controller.abort();

    expect(later.reasons).to.deep.equal([]);
    stopListening(signal, first);
    expect(getEventListeners(signal, 'abort')).to.have.lengthOf(0);
  });
});
