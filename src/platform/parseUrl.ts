export { parseUrl } from './node/parseUrl.ts';
