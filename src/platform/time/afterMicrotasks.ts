export { afterMicrotask, afterMicrotasks } from '../node/afterMicrotasks.ts';
