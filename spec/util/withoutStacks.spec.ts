import { expect } from 'chai';
import { withoutStacks } from '../../src/util/withoutStacks.ts';

describe('withoutStacks', () => {
  it('gives what the function gives, whose errors have no stack, and changes nothing after it', () => {
    const { stackTraceLimit } = Error;
    const error = withoutStacks(() => new Error('within'));
    expect(error.stack).to.equal('Error: within');
    expect(() => withoutStacks(() => JSON.parse('{') as unknown)).to.throw(SyntaxError);
    expect(Error.stackTraceLimit).to.equal(stackTraceLimit);
    expect(new Error('after').stack).to.include('withoutStacks.spec');
  });
});
