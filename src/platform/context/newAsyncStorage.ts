export { newAsyncStorage } from '../node/newAsyncStorage.ts';
