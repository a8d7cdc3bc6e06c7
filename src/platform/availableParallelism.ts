export { availableParallelism } from './node/availableParallelism.ts';
