import type { ProgressReport } from '../../Plan.ts';

/** @throws TypeError, since there is no terminal. */
export function progressBar(): ProgressReport {
  throw new TypeError('progress: true draws on a terminal: here it must be a function');
}
