import type { ErrorPolicy } from '../../src/flow/Plan.ts';

/** One item of a simulated source. */
export interface ModelItem {
  /** The frame in which it comes; of no account for items that are pulled. */
  readonly arrival: number;
  readonly duration: number;
  readonly fails: boolean;
}

/** A run: its source, and its options. */
export interface ModelRun {
  readonly items: readonly ModelItem[];
  /** How the source ends, and when; pulled items just end. */
  readonly end: { readonly frame: number; readonly kind: 'complete' | 'error' };
  readonly pulled: boolean;
  readonly workers: number;
  readonly chunkSize: number;
  readonly bufferSize: number;
  readonly ordered: boolean;
  readonly pause: number;
  readonly timeout: number;
  readonly onError: ErrorPolicy;
}

/** What is said: an index, an index that failed, or the end. */
export type Said = readonly [frame: number, what: string];

interface Job {
  readonly first: number;
  readonly rest: number[];
}

/** What a run says, by a plain simulation, frame by frame; in a frame things happen in the order in which they were begun. */
export function reference(run: ModelRun): readonly Said[] {
  const said: Said[] = [];
  const queue: number[] = [];
  const settled = new Map<number, 'ok' | 'failed'>();
  const line: Job[] = [];
  let timers: { at: number; job: Job | 'gate' }[] = [];
  let [credits, inside, next, failedAt, opensAt, ended] = [run.workers, 0, 0, Infinity, -Infinity, false];
  const size = run.pause > 0 ? 1 : run.chunkSize;
  const itemOf = (index: number): ModelItem => run.items[index] as ModelItem;

  const say = (frame: number, what: string): void => void (said.at(-1)?.[1].match(/complete|error/) ?? said.push([frame, what]));
  const begin = (frame: number, job: Job): void => {
    timers.push({ at: frame + Math.min(itemOf(job.rest[0] as number).duration, run.timeout), job });
  };
  const open = (frame: number): void => {
    if (line.length === 0) return;
    if (opensAt > frame) timers.push({ at: opensAt, job: 'gate' });
    else {
      const job = line.shift() as Job;
      opensAt = frame + run.pause;
      open(frame);
      begin(frame, job);
    }
  };
  const cut = (frame: number): void => {
    while (credits > 0 && queue.length > 0 && inside < run.bufferSize && failedAt === Infinity) {
      const rest = queue.splice(0, Math.min(size, run.bufferSize - inside));
      credits -= 1;
      inside += rest.length;
      const job = { first: rest[0] as number, rest };
      if (run.pause === 0) begin(frame, job);
      else if (line.push(job) === 1) open(frame);
    }
  };
  const deliver = (frame: number, index: number): void => {
    const failed = settled.get(index) === 'failed';
    if (failed && run.onError === 'throw') say(frame, `error at ${String(index)}`);
    else if (!failed || run.onError === 'return') say(frame, `${failed ? 'failed ' : ''}${String(index)}`);
    inside -= 1;
    cut(frame);
  };
  const settle = (frame: number, job: Job): void => {
    const index = job.rest.shift() as number;
    const { fails, duration } = itemOf(index);
    settled.set(index, fails || duration > run.timeout ? 'failed' : 'ok');
    if (settled.get(index) === 'failed' && run.onError === 'throw') {
      failedAt = Math.min(failedAt, index);
      job.rest.length = 0;
      line.length = 0;
      timers = timers.filter((timer) => timer.job !== 'gate' && timer.job.first < failedAt);
    }
    if (!run.ordered) deliver(frame, index);
    else for (; settled.has(next); next += 1) deliver(frame, next);
    if (job.rest.length > 0) begin(frame, job);
    else credits += 1;
    cut(frame);
  };

  for (let frame = 0; frame < 10_000 && !/complete|error/.test(said.at(-1)?.[1] ?? ''); frame += 1) {
    run.items.forEach(({ arrival }, index) => {
      if (failedAt < Infinity || (run.pulled ? frame > 0 : arrival !== frame)) return;
      queue.push(index);
      if (!run.pulled) cut(frame);
    });
    if (run.pulled) cut(frame);
    if (failedAt === Infinity && (run.pulled || run.end.frame === frame)) {
      if (!run.pulled && run.end.kind === 'error') say(frame, 'error of the source');
      ended = true;
    }
    for (let due = first(timers, frame); due !== undefined; due = first(timers, frame)) {
      timers = timers.filter((timer) => timer !== due);
      if (due.job === 'gate') open(frame);
      else settle(frame, due.job);
    }
    if (ended && queue.length === 0 && timers.length === 0 && failedAt === Infinity) say(frame, 'complete');
  }
  return said;
}

const first = <T extends { readonly at: number }>(timers: readonly T[], frame: number): T | undefined =>
  timers.find(({ at }) => at === frame);
