import type { ProgressReport } from './Plan.ts';
export function progressBar(): ProgressReport {
  return { update: () => undefined, stop: () => undefined };
}
