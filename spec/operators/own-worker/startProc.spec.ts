import { expect } from 'chai';
import { startProc$ } from '../../../src/operators/own-worker/startProc.ts';

/** What it does with workers is specified in pools/workers/workerPools.spec.ts. */
describe('startProc$', () => {
  it('refuses what is no task, at the call', () => {
    expect(() => startProc$(5 as never)).to.throw(TypeError, 'task must be a function or come from tasks(...), not 5');
    expect(() => startProc$(undefined as never)).to.throw(TypeError, 'task must be a function');
  });

  it('refuses a function without source text at the call', () => {
    expect(() => startProc$(Math.sqrt, 4)).to.throw(TypeError, 'a native or bound function has no source text');
    expect(() => startProc$(((n: number) => n).bind(undefined), 4)).to.throw(TypeError, 'a native or bound function');
  });
});
