import type { ErrorPolicy } from '../../src/flow/Plan.ts';

/** What becomes of one try of an item, after so many frames. */
export interface Try {
  readonly frames: number;
  readonly end: 'result' | 'throws' | 'crash';
}

/** One item of a source. */
export interface ModelItem {
  /** The frame in which it comes. */
  readonly at: number;
  /** Its first try, and those after it: more than it may have. */
  readonly tries: readonly Try[];
}

/** A source, and the options of a run. */
export interface ModelRun {
  readonly items: readonly ModelItem[];
  /** The frame in which the source completes, or fails. */
  readonly endsAt: number;
  readonly breaks: boolean;
  /** The frame of the unsubscribing. */
  readonly cancelAt: number;
  readonly workers: number;
  readonly ordered: boolean;
  readonly onError: ErrorPolicy;
  /** How often an item that throws, or whose worker dies, is tried again. */
  readonly again: Readonly<Record<Try['end'], number>>;
}

/** What is said: a result or error of an index, or the end. */
export type Said = readonly [frame: number, what: string];

/** What a run says. Things happen frame by frame, and those of one frame in the order in which they were planned. */
export function reference({ items, workers, ordered, onError, ...run }: ModelRun): readonly Said[] {
  const said: Said[] = [];
  const tries = items.map((item) => triesOf(item, run.again));
  const ends = new Map<number, Happening>();
  let [retries, waiting, next, sourceIsOver]: [number[], number[], number, boolean] = [[], [], 0, false];
  let plan: { readonly at: number; readonly index: number; readonly what: Happening }[] = [
    ...items.map(({ at }, index) => ({ at, index, what: 'comes' as const })),
    { at: run.endsAt, index: Infinity, what: run.breaks ? 'broken' : 'source is over' },
    { at: run.cancelAt, index: -1, what: 'cancelled' },
  ];

  for (;;) {
    plan.sort((a, b) => a.at - b.at);
    const { at: now, index, what } = plan.shift() as (typeof plan)[number];
    if (what === 'cancelled') return said;
    if (what === 'broken') return [...said, [now, what]];
    if (what === 'source is over') sourceIsOver = true;
    else if (what === 'comes') waiting.push(index);
    else if (tries[index]?.length !== 0) retries.push(index);
    else {
      ends.set(index, what);
      for (let ready = ordered ? next : index; ends.has(ready); ready = ordered ? (next += 1) : -1) {
        const end = ends.get(ready);
        if (end === 'result' || onError !== 'skip') said.push([now, `${String(end)} at ${String(ready)}`]);
        if (end !== 'result' && onError === 'throw') return said;
      }
      // In order, a failure waits for what comes before it, and ends what comes after it.
      const isBefore = (other: number): boolean => what === 'result' || onError !== 'throw' || other < index;
      plan = plan.filter((other) => isBefore(other.index));
      [retries, waiting] = [retries.filter(isBefore), waiting.filter(isBefore)];
    }
    while (plan.filter((other) => other.what in run.again).length < workers) {
      const started = retries.shift() ?? waiting.shift();
      if (started === undefined) break;
      const { frames, end } = tries[started]?.shift() as Try;
      plan.push({ at: now + frames, index: started, what: end });
    }
    if (sourceIsOver && ends.size === items.length) return [...said, [now, 'complete']];
  }
}

type Happening = Try['end'] | 'comes' | 'source is over' | 'broken' | 'cancelled';

/** The tries that an item gets: another one after each that fails, until that may not be. */
function triesOf({ tries }: ModelItem, again: ModelRun['again']): Try[] {
  const left = { ...again };
  return tries.slice(0, 1 + tries.findIndex(({ end }) => (left[end] -= 1) < 0));
}
