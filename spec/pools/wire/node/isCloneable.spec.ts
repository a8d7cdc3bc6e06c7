import { expect } from 'chai';
import { isCloneable } from '../../../../src/pools/wire/node/isCloneable.ts';

for (const kind of ['thread', 'process'] as const) {
  describe(`isCloneable to a ${kind}`, () => {
    const cloneable = isCloneable(kind);

    it('takes what can be cloned', () => {
      const cyclic = { big: 5n, table: new Map<string, unknown>(), when: new Date(), bytes: new Uint8Array(1) };
      cyclic.table.set('self', cyclic);
      for (const value of [undefined, null, 'text', cyclic]) expect(cloneable(value)).to.equal(true);
    });

    it('refuses what cannot, whatever it throws', () => {
      const throwing = {
        get bad(): never {
          throw undefined; // eslint-disable-line @typescript-eslint/only-throw-error -- That is the worst that can be thrown.
        },
      };
      for (const value of [() => 1, Symbol('s'), { run: () => 1 }, Promise.resolve(), new WeakMap(), throwing])
        expect(cloneable(value)).to.equal(false);
    });
  });
}

describe('isCloneable', () => {
  it('refuses what a process can write, but not read', () => {
    const module = new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
    expect(isCloneable('thread')(module)).to.equal(true);
    expect(isCloneable('process')(module)).to.equal(false);
  });

  it('tells apart what only threads share', () => {
    const shared = new SharedArrayBuffer(1);
    expect(isCloneable('thread')(shared)).to.equal(true);
    expect(isCloneable('process')(shared)).to.equal(false);
  });
});
