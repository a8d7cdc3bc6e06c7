import type { RunInContext } from '../context/RunInContext.ts';

const call: RunInContext = (run) => run();

/** Browsers have no stores that follow asynchronous calls. */
export function captureScope(): RunInContext {
  return call;
}

/** Calls a function. */
export const runInEmptyScope: RunInContext = call;
