export { filePath } from './node/filePath.ts';
