/** The time that a generator may run before its yields are sent, in milliseconds. */
export const YIELD_MS = 20;

/** The maximum number of yields in one message. */
export const MAX_YIELDS = 1024;
