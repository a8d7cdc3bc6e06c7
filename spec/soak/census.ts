import { readdirSync, readFileSync } from 'node:fs';

/** What this process holds at one moment. */
export interface Census {
  readonly heapMb: number;
  readonly rssMb: number;
  /** What keeps the event loop going, by kind. */
  readonly handles: Readonly<Record<string, number>>;
  readonly listeners: number;
  /** Processes whose parent this one is. */
  readonly children: number;
  /** How many of them had ended at the census before, and have still not been waited for. */
  readonly zombies: number;
  /** Threads of this process, its own ones included. */
  readonly threads: number;
}

const MB = 2 ** 20;

/** Counts all that must not grow. Pids and threads as the system sees them, where it has a /proc. */
export function takeCensus(): Census {
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  const children = childrenNow();
  const ended = children.filter(({ state }) => state === 'Z').map(({ pid }) => pid);
  // One that has just been killed is a zombie until this thread has had a turn.
  const zombies = ended.filter((pid) => endedBefore.has(pid)).length;
  endedBefore = new Set(ended);
  return {
    heapMb: heapUsed / MB,
    rssMb: rss / MB,
    handles: countKinds(process.getActiveResourcesInfo()),
    listeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
    children: children.length,
    zombies,
    threads: pidsIn('/proc/self/task').length,
  };
}

let endedBefore: ReadonlySet<string> = new Set();

/** How many handles there are in all. */
export function handlesOf({ handles }: Census): number {
  return Object.values(handles).reduce((sum, count) => sum + count, 0);
}

/** The middle one of some numbers. */
export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;
}

function countKinds(kinds: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of kinds) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

interface Stat {
  readonly pid: string;
  readonly state: string;
  readonly parent: string;
}

function childrenNow(): readonly Stat[] {
  return pidsIn('/proc')
    .map(statOf)
    .filter(({ parent }) => parent === String(process.pid));
}

function statOf(pid: string): Stat {
  try {
    // The name before them may have spaces and brackets of its own.
    const [state = '', parent = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return { pid, state, parent };
  } catch {
    // It has ended since it was listed.
    return { pid, state: '', parent: '' };
  }
}

function pidsIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}
