import { expect } from 'chai';
import { isObservable } from 'rxjs';
import { threaded$ } from '../../src/operators/threaded.ts';

const double = (n: number): number => n * 2;

/** What it does with workers is specified in pools/workerPools.spec.ts. */
describe('threaded$', () => {
  it('makes a function of Observables, which starts nothing by itself', () => {
    const threadedDouble$ = threaded$(double);

    expect(isObservable(threadedDouble$(1))).to.equal(true);
    expect(threadedDouble$(1)).to.not.equal(threadedDouble$(1));
  });

  it('refuses what is no task, at the call', () => {
    expect(() => threaded$(5 as never)).to.throw(TypeError, 'task must be a function or come from tasks(...), not 5');
    expect(() => threaded$(undefined as never)).to.throw(TypeError, 'task must be a function');
  });

  it('refuses a function without source text at the call', () => {
    expect(() => threaded$(Math.sqrt)).to.throw(TypeError, 'a native or bound function has no source text');
    expect(() => threaded$(double.bind(undefined), { process: true })).to.throw(
      TypeError,
      'a native or bound function',
    );
  });

  it('refuses options at the call', () => {
    expect(() => threaded$(double, { process: 1 } as never)).to.throw(
      TypeError,
      'process must be true or false, not 1',
    );
    expect(() => threaded$(double, { proces: true } as never)).to.throw(
      TypeError,
      'there is no option proces; the options are process',
    );
    expect(() => threaded$(double, null as never)).to.throw(TypeError, 'the options must be an object, not null');
    expect(() => threaded$(double, true as never)).to.throw(TypeError, 'the options must be an object, not true');
  });

  it('takes undefined for an option that is not given', () => {
    expect(() => threaded$(double, { process: undefined } as never)).not.to.throw();
  });
});
