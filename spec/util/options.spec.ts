import { expect } from 'chai';
import { orElse, takeChecked, withDefaults } from '../../src/util/options.ts';

const count = (name: string, value: unknown): void => {
  if (typeof value !== 'number') throw new TypeError(`${name} is no number`);
};
const TABLE = { size: { check: count, default: 3 }, wait: { check: orElse('never', count) } };

interface Config {
  readonly size?: number | undefined;
  readonly wait?: number | 'never';
}

describe('takeChecked', () => {
  it('gives the values that are given, and checks each by its name', () => {
    expect(takeChecked<Config>({ size: 1, wait: 'never' }, TABLE)).to.deep.include({ size: 1, wait: 'never' });
    expect(() => takeChecked<object>({ size: 'x' }, TABLE)).to.throw(TypeError, 'size is no number');
    expect(() => takeChecked<object>({ wait: 'x' }, TABLE)).to.throw(TypeError, 'wait is no number');
  });

  it('checks none that is undefined', () => {
    expect(takeChecked<Config>({ size: undefined }, TABLE)).to.deep.include({ size: undefined });
  });

  it('refuses an option that is not in the table, or may not be given', () => {
    expect(() => takeChecked<object>({ other: 1 }, TABLE)).to.throw(TypeError, 'the options are size, wait');
    expect(() => takeChecked<object>({ wait: 1 }, TABLE, ['size'])).to.throw(TypeError, 'the options are size');
  });

  it('takes an option without a check as it is, where it may be given', () => {
    expect(takeChecked<object>({ more: 'x' }, TABLE, ['size', 'more'])).to.deep.include({ more: 'x' });
  });

  it('names the option that holds others', () => {
    expect(() => takeChecked<object>({ size: 'x' }, TABLE, undefined, 'of')).to.throw(
      TypeError,
      'of.size is no number',
    );
    expect(() => takeChecked<object>({ other: 1 }, TABLE, undefined, 'of')).to.throw(TypeError, 'of.other');
  });
});

describe('withDefaults', () => {
  it('fills in what is not given, and nothing that has no default', () => {
    for (const given of [{}, { size: undefined }] as Config[])
      expect({ ...withDefaults(given, TABLE) }).to.deep.equal({ size: 3 });
  });

  it('leaves what is given as it is, and its argument too', () => {
    const given: Config = { wait: 1 };
    expect({ ...withDefaults(given, TABLE) }).to.deep.equal({ size: 3, wait: 1 });
    expect({ ...withDefaults<Config, typeof TABLE>({ size: 0 }, TABLE) }).to.deep.equal({ size: 0 });
    expect(given).to.deep.equal({ wait: 1 });
  });
});
