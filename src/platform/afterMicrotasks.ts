export { afterMicrotasks } from './node/afterMicrotasks.ts';
