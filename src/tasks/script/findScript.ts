export { findScript } from './node/findScript.ts';
