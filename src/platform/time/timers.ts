import type { setImmediate, setTimeout } from '../node/timers.ts';

export { areTimersReal, clearImmediate, clearTimeout, setImmediate, setTimeout } from '../node/timers.ts';

export type Timer = ReturnType<typeof setTimeout>;
export type Immediate = ReturnType<typeof setImmediate>;
