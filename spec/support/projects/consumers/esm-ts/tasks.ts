import { currentTask } from 'rxjs-parallel/worker';
import { FACTOR } from './factor.ts';

export const double = (n: number): number => (currentTask() === undefined ? NaN : n * FACTOR);
