import { handlesOf, median, type Census } from './census.ts';

/** A quantity that must not grow. */
export interface Figure {
  readonly name: string;
  readonly of: (census: Census) => number;
  readonly digits: number;
  /** By how much more there may be late than early, where so many workers were started. */
  readonly mayGrow: (workers: number) => number;
  /** Whether there may be no more of it when all is closed than there was before. */
  readonly returns: boolean;
}

/**
 * Code that is still getting warm, and what Node itself keeps of each worker that was: half a kilobyte, also of those that
 * are started and killed without the library.
 */
const heapMb = (workers: number): number => 1 + workers / 1000;
/** The threads that boot and die have about 10 MB each, and it is chance how many there are. */
const rssMb = (): number => 50;
/** Workers that boot or die have other handles than those at work. A leak is of hundreds. */
const someMore = (): number => 8;
const none = (): number => 0;

/** All that is looked at. */
export const FIGURES: readonly Figure[] = [
  { name: 'heap in use, MB', of: (all) => all.heapMb, digits: 1, mayGrow: heapMb, returns: false },
  { name: 'resident memory, MB', of: (all) => all.rssMb, digits: 0, mayGrow: rssMb, returns: false },
  { name: 'handles', of: handlesOf, digits: 0, mayGrow: someMore, returns: true },
  { name: 'listeners of the process', of: (all) => all.listeners, digits: 0, mayGrow: none, returns: true },
  { name: 'threads', of: (all) => all.threads, digits: 0, mayGrow: someMore, returns: true },
  { name: 'child processes', of: (all) => all.children, digits: 0, mayGrow: someMore, returns: true },
  { name: 'of these zombies', of: (all) => all.zombies, digits: 0, mayGrow: none, returns: true },
];

/** Parts of the time: by the first, all workers have started and all code is warm. */
export const EARLY = { from: 0.2, to: 0.4 };
export const LATE = { from: 0.8, to: 1 };

/** The middle of what was measured in a part of the time, since a moment says little of what comes and goes. */
export function during(samples: readonly Census[], { from, to }: typeof EARLY, of: Figure['of']): number {
  return median(samples.slice(Math.floor(from * samples.length), Math.ceil(to * samples.length)).map(of));
}

/** The quantities that have grown since the first sample. */
export function findGrowth(samples: readonly Census[], workers: number): readonly string[] {
  return FIGURES.map(({ name, of, digits, mayGrow }) => {
    const [early, late] = [during(samples, EARLY, of), during(samples, LATE, of)];
    return late - early > mayGrow(workers)
      ? `${name}: ${early.toFixed(digits)} early, ${late.toFixed(digits)} late`
      : '';
  }).filter(Boolean);
}

/** The resources that are left after everything is closed. */
export function findRemains(before: Census, after: Census): readonly string[] {
  return FIGURES.filter(({ returns, of }) => returns && of(after) > of(before)).map(
    ({ name, of }) => `${name}: ${String(of(before))} before, ${String(of(after))} after all was closed`,
  );
}
