import { lastValueFrom, range, take, toArray, type Observable } from 'rxjs';
import type { QueuePool } from '../../src/bullmq.ts';
import { parallelMap } from '../../src/operators/parallelMap.ts';
import { WorkerCrashError } from '../../src/tasks/errors/errors.ts';
import { tasks } from '../../src/tasks/tasks.ts';
import { faultTasksUrl } from '../support/queue/World.ts';
import { chance } from './chance.js';
import type { Problems } from './Problems.ts';

const t = tasks<typeof import('../support/queue/faultTasks.mjs')>(faultTasksUrl);
const CHUNK_SIZES = [1, 3, 7, 'auto'] as const;
/** More losses than there are faults, so that no item fails for them. */
const CRASH_RETRIES = 100;

type Pair = readonly [index: number, result: unknown];

/** Runs of random options, whose results are checked. */
export class RandomRuns {
  private readonly pools: readonly QueuePool[];
  private readonly file: string;
  private readonly seed: number;
  private readonly problems: Problems;
  private last = 0;
  private settled = 0;
  private cancelled = 0;
  private generators = 0;
  private lost = 0;

  constructor(pools: readonly QueuePool[], file: string, seed: number, problems: Problems) {
    this.pools = pools;
    this.file = file;
    this.seed = seed;
    this.problems = problems;
  }

  /** The number of items that have settled. */
  get items(): number {
    return this.settled;
  }

  get summary(): string {
    const { last, settled, cancelled, generators, lost } = this;
    return `${String(last)} runs, of them ${String(cancelled)} cancelled; ${String(settled)} items, ${String(generators)} generators, of them ${String(lost)} lost half-way`;
  }

  /** Does one run after the other. */
  async repeat(lane: number, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      this.last += 1;
      const nth = this.last;
      try {
        await this.run(lane, nth);
      } catch (error) {
        this.problems.add(`run ${String(nth)} has failed: ${String(error)}`);
      }
    }
  }

  private async run(lane: number, nth: number): Promise<void> {
    const draw = (of: number): number => chance(this.seed + of, nth);
    const ordered = draw(1) < 0.5;
    const isGenerator = draw(2) < 0.3;
    const items = 1 + Math.floor(40 * draw(3));
    const isCancelled = draw(4) < 0.2;
    const config = {
      pool: this.pools[lane % this.pools.length] as QueuePool,
      ordered,
      chunkSize: CHUNK_SIZES[Math.floor(CHUNK_SIZES.length * draw(5))] ?? 'auto',
      priority: Math.floor(3 * draw(6)),
      onError: 'return',
      crashRetries: CRASH_RETRIES,
    } as const;
    const ms = Math.floor(60 * draw(7));
    const results$: Observable<Pair> = isGenerator
      ? range(0, items).pipe(parallelMap(t.slowCount, { ...config, crashRetries: 0, args: [this.file, ms] }))
      : range(0, items).pipe(parallelMap(t.slowDouble, { ...config, args: [this.file, ms] }));
    const all: readonly Pair[] = await lastValueFrom(
      isCancelled ? results$.pipe(take(1 + Math.floor(items / 2)), toArray()) : results$.pipe(toArray()),
    );
    if (isCancelled) this.cancelled += 1;
    const label = `run ${String(nth)} of ${String(items)}, ${JSON.stringify({ ordered, chunkSize: config.chunkSize, isGenerator, isCancelled })}`;
    if (ordered && !all.every(([index], at) => at === 0 || index >= (all[at - 1] as Pair)[0]))
      this.problems.add(`${label}: not in order`);
    if (isGenerator) this.checkGenerators(all, items, isCancelled, label);
    else this.checkItems(all, items, isCancelled, label);
  }

  private checkItems(all: readonly Pair[], items: number, isCancelled: boolean, label: string): void {
    this.settled += all.length;
    const indices = new Set(all.map(([index]) => index));
    if (indices.size !== all.length) this.problems.add(`${label}: an index has settled twice`);
    if (!isCancelled && indices.size !== items) this.problems.add(`${label}: ${String(indices.size)} have settled`);
    for (const [index, result] of all)
      if (result !== 2 * index) this.problems.add(`${label}: item ${String(index)} came to ${String(result)}`);
  }

  private checkGenerators(all: readonly Pair[], items: number, isCancelled: boolean, label: string): void {
    for (let index = 0; index < items; index += 1) {
      const values = all.filter(([at]) => at === index).map(([, value]) => value);
      const isLost = values.at(-1) instanceof WorkerCrashError;
      const steps = isLost ? values.slice(0, -1) : values;
      if (steps.some((step, at) => JSON.stringify(step) !== JSON.stringify([index, at])))
        this.problems.add(`${label}: generator ${String(index)} came to ${JSON.stringify(values)}`);
      if (!isCancelled && !isLost && steps.length !== 3)
        this.problems.add(`${label}: generator ${String(index)} has yielded ${String(steps.length)} values`);
      this.generators += 1;
      if (isLost) this.lost += 1;
    }
  }
}
