import { currentTask } from 'rxjs-parallel/worker';

export const double = (n) => (currentTask() === undefined ? NaN : n * 2);
