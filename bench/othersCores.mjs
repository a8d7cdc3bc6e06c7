import { readFileSync } from 'node:fs';

/** The time in which processors were busy, and that of this process with its threads, in milliseconds; undefined where Linux does not tell. */
function read() {
  try {
    const [user, nice, system, , , irq, softirq, steal] = readFileSync('/proc/stat', 'utf8')
      .split('\n', 1)[0]
      .trim()
      .split(/\s+/)
      .slice(1)
      .map(Number);
    const own = process.cpuUsage();
    // In hundredths of a second.
    return {
      atMs: performance.now(),
      busyMs: (user + nice + system + irq + softirq + steal) * 10,
      ownMs: (own.user + own.system) / 1000,
    };
  } catch {
    return undefined;
  }
}

/** Begins to measure how many cores other processes use: the function that it returns says so. Child processes count as others. */
export function othersCores() {
  const start = read();
  return () => {
    const end = start && read();
    if (end === undefined) return undefined;
    const others = end.busyMs - start.busyMs - (end.ownMs - start.ownMs);
    return Math.max(0, others / (end.atMs - start.atMs));
  };
}
