import { expect } from 'chai';
import { checkStep } from '../../src/util/checkStep.ts';

describe('checkStep', () => {
  it('gives back what for...of takes for a step, also where it says nothing', () => {
    for (const step of [{ done: true }, {}, [], () => 1]) expect(checkStep(step as never)).to.equal(step);
  });

  it('refuses what is no object, which would have no end', () => {
    for (const [step, shown] of [
      [5, '5'],
      ['x', '"x"'],
      [undefined, 'undefined'],
      [null, 'null'],
      [Symbol('s'), 'Symbol(s)'],
    ] as const)
      expect(() => checkStep(step as never)).to.throw(TypeError, `iterator result ${shown} is not an object`);
  });
});
