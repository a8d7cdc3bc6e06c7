/** The longest time that a timer can be set to, in milliseconds, of Node and of browsers: a longer one is over at once. */
export const LONGEST_TIMER_MS = 2_147_483_647;
