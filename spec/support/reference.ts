import type { ErrorPolicy } from '../../src/flow/Plan.ts';

/** The outcome of one attempt at an item, and the frames until then. */
export interface Try {
  readonly frames: number;
  readonly end: 'result' | 'throws' | 'crash';
}

/** One item of a source. */
export interface ModelItem {
  /** The frame in which it comes, counted from the subscription. */
  readonly at: number;
  /** Its first try, and those after it: more than it may have. */
  readonly tries: readonly Try[];
}

/** A source, and the options of a run. */
export interface ModelRun {
  readonly items: readonly ModelItem[];
  /** The frame in which the source completes, or fails, counted from the subscription. */
  readonly endsAt: number;
  readonly breaks: boolean;
  /** The frame of the subscription. */
  readonly beginsAt: number;
  /** The frame of the unsubscribing, counted from the subscription. */
  readonly cancelAt: number;
  readonly workers: number;
  readonly ordered: boolean;
  readonly onError: ErrorPolicy;
  /** How often an item that throws, or whose worker dies, is tried again. */
  readonly retries: Readonly<Record<Try['end'], number>>;
}

/** An event in a frame, counted from the subscription: a result or error of an index, or the end. */
export type Said = readonly [frame: number, what: string];

/**
 * What each of some runs says that share a pool. Things happen frame by frame, and those of one frame in the order in which
 * they were planned. Items of all the runs wait for a worker in one line.
 *
 * @param size - The workers of the pool.
 */
export function reference(runs: readonly ModelRun[], size: number): readonly (readonly Said[])[] {
  const all = runs.map((run) => new ReferenceRun(run));
  let line: Tried[] = [];
  let plan: (Tried & { readonly at: number; readonly what: Happening })[] = all.map((run) => ({
    at: run.model.beginsAt,
    run,
    index: -1,
    what: 'begins',
  }));

  for (;;) {
    plan.sort((a, b) => a.at - b.at);
    const happening = plan.shift();
    if (happening === undefined) return all.map(({ said: events }) => events);
    const { at: now, run, index, what } = happening;
    if (what === 'begins') plan.push(...run.begin(now));
    else run.receive(index, what, now);
    const stays = (other: Tried): boolean => other.run !== run || run.keeps(other.index);
    plan = plan.filter(stays);
    line = line.filter(stays);
    // A worker that is free goes to who waits, before its run asks for another one.
    work(now);
    const most = Math.min(run.model.workers, size);
    while (busy((other) => other.run === run) + line.filter((other) => other.run === run).length < most) {
      const started = run.next();
      if (started === undefined) break;
      line.push({ run, index: started });
    }
    work(now);
  }

  function work(now: number): void {
    while (busy() < size) {
      const first = line.shift();
      if (first === undefined) return;
      const { frames, end } = first.run.tries[first.index]?.shift() as Try;
      plan.push({ ...first, at: now + frames, what: end });
    }
  }

  function busy(counts: (other: Tried) => boolean = () => true): number {
    return plan.filter((other) => other.what in other.run.model.retries && counts(other)).length;
  }
}

type Happening = Try['end'] | 'begins' | 'comes' | 'source is over' | 'broken' | 'cancelled';

/** An item, which waits for a worker or has one. */
interface Tried {
  readonly run: ReferenceRun;
  readonly index: number;
}

/** One of the runs. */
class ReferenceRun {
  readonly said: Said[] = [];
  readonly model: ModelRun;
  readonly tries: Try[][];
  private readonly ends = new Map<number, Happening>();
  private retries: number[] = [];
  private waiting: number[] = [];
  private turn = 0;
  private sourceIsOver = false;
  /** Items from this index on no longer count. */
  private endsBefore = Infinity;
  private isOver = false;

  constructor(model: ModelRun) {
    this.model = model;
    this.tries = model.items.map((item) => triesOf(item, model.retries));
  }

  begin(now: number): (Tried & { at: number; what: Happening })[] {
    const { items, endsAt, breaks, cancelAt } = this.model;
    return [
      ...items.map(({ at }, index) => ({ at: now + at, run: this, index, what: 'comes' as const })),
      { at: now + endsAt, run: this, index: Infinity, what: breaks ? 'broken' : 'source is over' },
      { at: now + cancelAt, run: this, index: -1, what: 'cancelled' },
    ];
  }

  receive(index: number, what: Happening, now: number): void {
    if (what === 'cancelled') this.isOver = true;
    else if (what === 'broken') this.end(what, now);
    else if (what === 'source is over') this.sourceIsOver = true;
    else if (what === 'comes') this.waiting.push(index);
    else if (this.tries[index]?.length !== 0) this.retries.push(index);
    else this.settle(index, what, now);
    if (this.sourceIsOver && this.ends.size === this.model.items.length && !this.isOver) this.end('complete', now);
  }

  /** Whether something of an index still counts. */
  keeps(index: number): boolean {
    return !this.isOver && (index < this.endsBefore || this.endsBefore === Infinity);
  }

  /** The index of the item that gets a worker next. */
  next(): number | undefined {
    if (this.isOver) return undefined;
    return this.retries.shift() ?? this.waiting.shift();
  }

  private settle(index: number, what: Happening, now: number): void {
    const { ordered, onError } = this.model;
    this.ends.set(index, what);
    for (let ready = ordered ? this.turn : index; this.ends.has(ready); ready = ordered ? (this.turn += 1) : -1) {
      const end = this.ends.get(ready);
      const words = `${String(end)} at ${String(ready)}`;
      if (end !== 'result' && onError === 'throw') {
        this.end(words, now);
        return;
      }
      if (end === 'result' || onError !== 'skip') this.say(words, now);
    }
    // In order, a failure waits for what comes before it, and ends what comes after it.
    if (what === 'result' || onError !== 'throw') return;
    this.endsBefore = index;
    [this.retries, this.waiting] = [this.retries.filter((n) => n < index), this.waiting.filter((n) => n < index)];
  }

  private end(what: string, now: number): void {
    this.say(what, now);
    this.isOver = true;
  }

  private say(what: string, now: number): void {
    this.said.push([now - this.model.beginsAt, what]);
  }
}

/** The tries that an item gets: another one after each that fails, until that may not be. */
function triesOf({ tries }: ModelItem, retries: ModelRun['retries']): Try[] {
  const left = { ...retries };
  return tries.slice(0, 1 + tries.findIndex(({ end }) => (left[end] -= 1) < 0));
}
