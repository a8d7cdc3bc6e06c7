import { expect } from 'chai';
import { checkCount, checkFunction, checkMs, checkOneOf, checkOptions, show } from '../../src/util/check.ts';

/** Expects a call to throw, or not to. */
const expectThrow = (call: () => void, ErrorClass?: typeof TypeError | typeof RangeError, message = ''): void => {
  if (ErrorClass === undefined) expect(call).not.to.throw();
  else expect(call).to.throw(ErrorClass, message);
};

describe('show', () => {
  it('is short, and says what a value is', () => {
    class Thing {
      readonly size = 1;
    }
    const cases: [unknown, string][] = [
      [1.5, '1.5'],
      ['a "b"', '"a \\"b\\""'],
      [undefined, 'undefined'],
      [null, 'null'],
      [5n, '5'],
      [Symbol('s'), 'Symbol(s)'],
      [Math.sqrt, 'function sqrt'],
      [() => 0, 'function (anonymous)'],
      [[1], 'an array'],
      [{}, 'an object of Object'],
      [new Thing(), 'an object of Thing'],
    ];

    for (const [value, shown] of cases) expect(show(value)).to.equal(shown);
  });

  it('never throws', () => {
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error('no');
        },
      },
    );

    expect(show(hostile)).to.equal('a value of type object');
    expect(show(Object.create(null))).to.equal('a value of type object');
  });
});

describe('checkCount', () => {
  it('takes integers from the least on', () => {
    for (const [value, least] of [
      [0, 0],
      [1, 1],
      [1e9, 0],
    ] as const)
      expectThrow(() => {
        checkCount('n', value, least);
      });
  });

  it('refuses the rest, with name, expectation and offender', () => {
    const message = 'n must be an integer from 1';
    for (const value of [0, -1, 1.5, NaN, Infinity])
      expectThrow(
        () => {
          checkCount('n', value, 1);
        },
        RangeError,
        `${message}, not ${String(value)}`,
      );
    for (const value of ['1', null, 1n, true, {}])
      expectThrow(
        () => {
          checkCount('n', value, 1, ' or "auto"');
        },
        TypeError,
        `${message} or "auto", not ${show(value)}`,
      );
  });
});

describe('checkMs', () => {
  it('takes what a timer can be set to', () => {
    for (const [value, least] of [
      [0, 0],
      [0.5, 1],
      [2_147_483_647, 1],
    ] as const)
      expectThrow(() => {
        checkMs('t', value, least);
      });
  });

  it('refuses the rest, with name, expectation and offender', () => {
    for (const [value, least, ErrorClass] of [
      [0, 1, RangeError],
      [-1, 0, RangeError],
      [NaN, 0, RangeError],
      [2_147_483_648, 0, RangeError],
      [Infinity, 1, RangeError],
      ['5', 0, TypeError],
    ] as const)
      expectThrow(
        () => {
          checkMs('t', value, least);
        },
        ErrorClass,
        `t must be ${least === 0 ? 'from 0' : 'more than 0'} and at most 2147483647 milliseconds, not ${show(value)}`,
      );
  });
});

describe('checkOneOf', () => {
  it('takes one of those, and names them otherwise', () => {
    expectThrow(() => {
      checkOneOf('x', 'b', ['a', 'b']);
    });
    expectThrow(
      () => {
        checkOneOf('x', 'c', ['a', 'b']);
      },
      TypeError,
      'x must be "a" or "b", not "c"',
    );
  });
});

describe('checkFunction', () => {
  it('takes a function', () => {
    expectThrow(() => {
      checkFunction('f', () => 0);
    });
    expectThrow(
      () => {
        checkFunction('f', 5);
      },
      TypeError,
      'f must be a function, not 5',
    );
  });
});

describe('checkOptions', () => {
  it('takes an object of known options, and names them otherwise', () => {
    expectThrow(() => {
      checkOptions({ a: 1 }, ['a', 'b']);
    });
    expectThrow(
      () => {
        checkOptions({ c: 1 }, ['a', 'b']);
      },
      TypeError,
      'there is no option c; the options are a, b',
    );
    for (const config of [null, 5, [], () => 0])
      expectThrow(
        () => {
          checkOptions(config as never, ['a']);
        },
        TypeError,
        `the options must be an object, not ${show(config)}`,
      );
  });
});
