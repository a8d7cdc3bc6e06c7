export { nowMs } from '../node/nowMs.ts';
