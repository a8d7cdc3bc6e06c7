export { clearImmediate, clearTimeout, setImmediate, setTimeout } from './node/timers.ts';
