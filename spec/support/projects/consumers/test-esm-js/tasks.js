import { currentTask } from 'rxjs-parallel/worker';
import { FACTOR } from './factor.js';

export const double = (n) => (currentTask() === undefined ? NaN : n * FACTOR);
