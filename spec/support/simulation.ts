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
  /** The frame of the subscription; the others are counted from it. */
  readonly begins: number;
  readonly workers: number;
  readonly chunkSize: number;
  readonly bufferSize: number;
  readonly ordered: boolean;
  readonly pause: number;
  readonly timeout: number;
  readonly onError: ErrorPolicy;
}

/** A chunk at work, or one that waits for a worker. */
interface Job {
  readonly run: Simulation;
  readonly first: number;
  readonly rest: number[];
}

/** A source, or an item, or the pause between two starts of a run. */
interface Due {
  readonly at: number;
  readonly run: Simulation;
  readonly then: () => void;
  /** Whose time it is that goes by. */
  readonly of: Job | 'source' | 'gate';
}

/**
 * What each of some runs says that share a pool, by a plain simulation: things happen frame by frame, and those of one frame in
 * the order in which they were begun. Chunks of all the runs wait for a worker in one line.
 *
 * @param size - The workers of the pool.
 */
export function simulate(runs: readonly SimulatedRun[], size: number): readonly (readonly Said[])[] {
  const pool = new SimulatedPool(size);
  const all = runs.map((run) => new Simulation(run, pool));
  while (pool.goOn());
  return all.map(({ said: events }) => events);
}

/** The clock, and the workers. */
class SimulatedPool {
  readonly size: number;
  now = 0;
  private free: number;
  private line: Job[] = [];
  private queue: Due[] = [];

  constructor(size: number) {
    this.size = size;
    this.free = size;
  }

  /** Lets happen what comes next. */
  goOn(): boolean {
    // Stable: of one frame, what was begun first.
    this.queue.sort((a, b) => a.at - b.at);
    const next = this.queue.shift();
    if (next === undefined) return false;
    this.now = next.at;
    next.then();
    return true;
  }

  after(frames: number, run: Simulation, of: Due['of'], then: () => void): void {
    this.queue.push({ at: this.now + frames, run, then, of });
  }

  enter(job: Job): void {
    this.line.push(job);
    this.handOver();
  }

  release(places = 1): void {
    this.free += places;
    this.handOver();
  }

  /** Forgets what is due for a run, or waits for a worker, and is not wanted. */
  keep(run: Simulation, wanted: (of: Due['of']) => boolean): void {
    this.queue = this.queue.filter((one) => one.run !== run || wanted(one.of));
    this.line = this.line.filter((job) => job.run !== run || wanted(job));
  }

  /** How many jobs of a run are at work that are not wanted. */
  count(run: Simulation, wanted: (of: Due['of']) => boolean): number {
    return this.queue.filter((one) => one.run === run && typeof one.of === 'object' && !wanted(one.of)).length;
  }

  private handOver(): void {
    while (this.free > 0 && this.line.length > 0) {
      this.free -= 1;
      const job = this.line.shift() as Job;
      job.run.place(job);
    }
  }
}

/** One of the runs. */
class Simulation {
  readonly said: Said[] = [];
  private readonly run: SimulatedRun;
  private readonly pool: SimulatedPool;
  private readonly queue: number[] = [];
  private readonly failed = new Map<number, boolean>();
  /** Those that have a worker, and wait for the pause to be over. */
  private gate: Job[] = [];
  private jobs = 0;
  private inside = 0;
  private next = 0;
  private failedAt = Infinity;
  private opensAt = -Infinity;
  private ended = false;
  private isDone = false;

  constructor(run: SimulatedRun, pool: SimulatedPool) {
    this.run = run;
    this.pool = pool;
    pool.after(run.begins, this, 'source', () => {
      this.begin();
    });
  }

  /** A job has a worker. */
  place(job: Job): void {
    if (this.run.pause === 0) this.work(job);
    else if (this.gate.push(job) === 1) this.open();
  }

  private begin(): void {
    const { items, pulled, end, breaks } = this.run;
    if (pulled) {
      this.queue.push(...items.keys());
      this.ended = true;
      this.nextChunks();
      this.end();
      return;
    }
    items.forEach(({ arrival }, index) => {
      this.pool.after(arrival, this, 'source', () => {
        this.queue.push(index);
        this.nextChunks();
      });
    });
    this.pool.after(end, this, 'source', () => {
      this.ended = !breaks;
      this.end();
      if (!breaks) return;
      this.say('Error: of the source');
      this.remove(() => false);
    });
  }

  private nextChunks(): void {
    const { workers, bufferSize, pause, chunkSize } = this.run;
    const most = Math.min(workers, this.pool.size);
    while (this.jobs < most && this.queue.length > 0 && this.inside < bufferSize && this.failedAt === Infinity) {
      const rest = this.queue.splice(0, Math.min(pause > 0 ? 1 : chunkSize, bufferSize - this.inside));
      this.jobs += 1;
      this.inside += rest.length;
      this.pool.enter({ run: this, first: rest[0] as number, rest });
    }
  }

  private open(): void {
    const leftMs = this.opensAt - this.pool.now;
    if (leftMs > 0) {
      this.pool.after(leftMs, this, 'gate', () => {
        this.open();
      });
      return;
    }
    const job = this.gate.shift() as Job;
    this.opensAt = this.pool.now + this.run.pause;
    if (this.gate.length > 0) this.open();
    this.work(job);
  }

  private work(job: Job): void {
    const { duration } = this.run.items[job.rest[0] as number] as SimulatedItem;
    this.pool.after(Math.min(duration, this.run.timeout), this, job, () => {
      this.settle(job);
      this.end();
    });
  }

  private settle(job: Job): void {
    const index = job.rest.shift() as number;
    const { fails, duration } = this.run.items[index] as SimulatedItem;
    this.failed.set(index, fails || duration > this.run.timeout);
    if (this.failed.get(index) === true && this.run.onError === 'throw') {
      this.failedAt = Math.min(this.failedAt, index);
      job.rest.length = 0;
    }
    if (!this.run.ordered) this.deliver(index);
    else for (; this.failed.has(this.next); this.next += 1) this.deliver(this.next);
    if (this.isDone) {
      this.remove(() => false, 1);
      return;
    }
    if (this.failedAt < Infinity) this.remove((of) => typeof of === 'object' && of.first < this.failedAt);
    if (job.rest.length > 0) this.work(job);
    else {
      this.pool.release();
      this.jobs -= 1;
    }
    this.nextChunks();
  }

  private deliver(index: number): void {
    if (this.failed.get(index) !== true) this.say(String(index));
    else if (this.run.onError === 'throw') this.say(`error at ${String(index)}`);
    else if (this.run.onError === 'return') this.say(`failed ${String(index)}`);
    this.inside -= 1;
    this.nextChunks();
  }

  /** Leaves what is not wanted any more: `more` places are free besides. */
  private remove(wanted: (of: Due['of']) => boolean, more = 0): void {
    const places = this.pool.count(this, wanted) + this.gate.length;
    this.jobs -= places;
    this.gate = [];
    this.pool.keep(this, wanted);
    this.pool.release(places + more);
  }

  private end(): void {
    if (this.ended && this.failedAt === Infinity && this.queue.length === 0 && this.jobs === 0) this.say('complete');
  }

  private say(what: string): void {
    if (!this.isDone) this.said.push([this.pool.now - this.run.begins, what]);
    this.isDone ||= /^(complete|error|Error)/.test(what);
  }
}
