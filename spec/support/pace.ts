const SAMPLE_MS = 50;

/**
 * How many times as long as alone this process takes now, for other programs have the processors too: from 1. Limits of time are
 * multiplied by it, so that they are as strict as can be on a machine at rest, and hold on one that is not.
 */
export function pace(): number {
  const before = process.cpuUsage();
  const startedAtMs = performance.now();
  while (performance.now() - startedAtMs < SAMPLE_MS);
  const { user, system } = process.cpuUsage(before);
  return Math.max(1, SAMPLE_MS / ((user + system) / 1000));
}
