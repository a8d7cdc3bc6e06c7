import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseOptions, type Options } from '../../examples/flights/options.ts';

const parse = (...args: string[]): Options => parseOptions(args, 'default.csv');

describe('parseOptions', () => {
  it('takes all cores and a file of its own unless told otherwise', () => {
    expect(parse()).to.deep.equal({ workers: availableParallelism(), out: 'default.csv', compare: false });
  });

  it('takes what it is told', () => {
    const out = join(tmpdir(), 'out.csv');
    expect(parse('--workers', '0', '--out', out, '--compare')).to.deep.equal({ workers: 0, out, compare: true });
  });

  for (const workers of ['', 'x', '1.5', '-1', '100', '1e1']) {
    it(`refuses '${workers}' workers`, () => {
      expect(() => parse(`--workers=${workers}`)).to.throw(TypeError, `an integer from 0 to 99, not '${workers}'`);
    });
  }

  it('refuses a folder, and a file in a folder that does not exist', () => {
    expect(() => parse('--out', tmpdir())).to.throw(TypeError, 'must be a file');
    expect(() => parse('--out', '')).to.throw(TypeError, 'must be a file');
    expect(() => parse('--out', join(tmpdir(), 'none', 'out.csv'))).to.throw(TypeError, 'a folder that exists');
  });

  it('refuses what it does not know', () => {
    expect(() => parse('--threads', '2')).to.throw(TypeError, '--threads');
    expect(() => parse('2')).to.throw(TypeError);
  });
});
