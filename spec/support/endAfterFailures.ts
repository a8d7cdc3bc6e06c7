import type { Context, Test } from 'mocha';

/** The time that a failed run may take to end by itself, in milliseconds. */
const PATIENCE_MS = 3000;

/**
 * Ends the process of a run with failures, since a spec that fails may leave servers and pools open. A run without failures
 * has to end by itself: else something was left open that should not be.
 */
export const mochaHooks = {
  afterAll(this: Context): void {
    const failed: Test[] = [];
    // A test whose hook has failed has no state.
    this.test?.parent?.eachTest((test) => {
      if (!test.isPassed() && !test.isPending()) failed.push(test);
    });
    if (failed.length > 0) setTimeout(() => process.exit(1), PATIENCE_MS).unref();
  },
};
