import timers from 'node:timers';

/**
 * Node's own timers, as they are when this loads. The global ones are replaced by test runners: those of a DOM give numbers,
 * which have no `unref`, and fake ones wait for the test.
 */
export const { setTimeout, clearTimeout, setImmediate, clearImmediate } = timers;
