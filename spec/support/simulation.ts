import type { ErrorPolicy } from '../../src/flow/Plan.ts';
import type { Said } from './reference.ts';

/** One item of a source. */
export interface SimulatedItem {
  /** The frame in which it comes; of no account where items are pulled. */
  readonly arrival: number;
  readonly duration: number;
  readonly fails: boolean;
}

/** A source, and the options of a run. */
export interface SimulatedRun {
  readonly items: readonly SimulatedItem[];
  /** The frame in which the source ends; of no account where items are pulled. */
  readonly end: number;
  readonly breaks: boolean;
  readonly pulled: boolean;
  readonly workers: number;
  readonly chunkSize: number;
  readonly bufferSize: number;
  readonly ordered: boolean;
  readonly pause: number;
  readonly timeout: number;
  readonly onError: ErrorPolicy;
}

interface Job {
  readonly first: number;
  readonly rest: number[];
}

/** What a run says, by a plain simulation: in each frame the source comes first, then what is due, as it was begun. */
export function simulate(run: SimulatedRun): readonly Said[] {
  const said: Said[] = [];
  const queue: number[] = [];
  const failed = new Map<number, boolean>();
  const line: Job[] = [];
  let due: { readonly at: number; readonly job: Job | 'gate' }[] = [];
  let credits = run.workers;
  let inside = 0;
  let next = 0;
  let failedAt = Infinity;
  let opensAt = -Infinity;
  let over = false;

  const isOver = (): boolean => over;
  for (let frame = 0; !isOver(); frame += 1) {
    const stopped = failedAt < Infinity;
    run.items.forEach(({ arrival }, index) => {
      if (stopped || frame !== (run.pulled ? 0 : arrival)) return;
      queue.push(index);
      if (!run.pulled) cut(frame);
    });
    if (run.pulled) cut(frame);
    if (run.breaks && !run.pulled && !stopped && frame === run.end) say(frame, 'Error: of the source');
    for (let [now] = dueAt(frame); now !== undefined && !isOver(); [now] = dueAt(frame)) {
      due.splice(due.indexOf(now), 1);
      if (now.job === 'gate') open(frame);
      else settle(frame, now.job);
    }
    const ended = run.pulled || frame >= run.end;
    if (ended && failedAt === Infinity && queue.length === 0 && due.length === 0) say(frame, 'complete');
  }
  return said;

  function dueAt(frame: number): typeof due {
    return due.filter(({ at }) => at === frame);
  }

  function say(frame: number, what: string): void {
    if (!over) said.push([frame, what]);
    over ||= /^(complete|error|Error)/.test(what);
  }

  function cut(frame: number): void {
    while (credits > 0 && queue.length > 0 && inside < run.bufferSize && failedAt === Infinity) {
      const rest = queue.splice(0, Math.min(run.pause > 0 ? 1 : run.chunkSize, run.bufferSize - inside));
      const job = { first: rest[0] as number, rest };
      credits -= 1;
      inside += rest.length;
      if (run.pause === 0) begin(frame, job);
      else if (line.push(job) === 1) open(frame);
    }
  }

  function open(frame: number): void {
    const [job] = line;
    if (job === undefined) return;
    if (opensAt > frame) due.push({ at: opensAt, job: 'gate' });
    else {
      line.shift();
      opensAt = frame + run.pause;
      open(frame);
      begin(frame, job);
    }
  }

  function begin(frame: number, job: Job): void {
    const { duration } = run.items[job.rest[0] as number] as SimulatedItem;
    due.push({ at: frame + Math.min(duration, run.timeout), job });
  }

  function settle(frame: number, job: Job): void {
    const index = job.rest.shift() as number;
    const { fails, duration } = run.items[index] as SimulatedItem;
    failed.set(index, fails || duration > run.timeout);
    if (failed.get(index) === true && run.onError === 'throw') {
      failedAt = Math.min(failedAt, index);
      job.rest.length = 0;
      line.length = 0;
      due = due.filter((other) => other.job !== 'gate' && other.job.first < failedAt);
    }
    if (!run.ordered) deliver(frame, index);
    else for (; failed.has(next); next += 1) deliver(frame, next);
    if (job.rest.length > 0) begin(frame, job);
    else credits += 1;
    cut(frame);
  }

  function deliver(frame: number, index: number): void {
    if (failed.get(index) !== true) say(frame, String(index));
    else if (run.onError === 'throw') say(frame, `error at ${String(index)}`);
    else if (run.onError === 'return') say(frame, `failed ${String(index)}`);
    inside -= 1;
    cut(frame);
  }
}
