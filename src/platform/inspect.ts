export { inspect } from './node/inspect.ts';
