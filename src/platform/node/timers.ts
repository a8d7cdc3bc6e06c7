import timers from 'node:timers';

/**
 * Node's own timers, as they are when this loads. Test runners replace the global timers: those of a DOM return numbers,
 * which have no `unref`, and fake timers wait for the test.
 */
export const { setTimeout, clearTimeout, setImmediate, clearImmediate } = timers;

/** Whether the global timers are those. */
export const areTimersReal = (): boolean => globalThis.setTimeout === setTimeout;
