import { expect } from 'chai';
import { startThread$ } from '../../../src/operators/own-worker/startThread.ts';

/** What it does with workers is specified in pools/workers/workerPools.spec.ts. */
describe('startThread$', () => {
  it('refuses what is no task, at the call', () => {
    expect(() => startThread$(5 as never)).to.throw(
      TypeError,
      'task must be a function or come from tasks(...), not 5',
    );
    expect(() => startThread$(undefined as never)).to.throw(TypeError, 'task must be a function');
  });

  it('refuses a function without source text at the call', () => {
    expect(() => startThread$(Math.sqrt, 4)).to.throw(TypeError, 'a native or bound function has no source text');
    expect(() => startThread$(((n: number) => n).bind(undefined), 4)).to.throw(TypeError, 'a native or bound function');
  });
});
