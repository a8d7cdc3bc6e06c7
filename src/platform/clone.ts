export { clone } from './node/clone.ts';
