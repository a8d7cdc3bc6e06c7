import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import {
  asyncScheduler,
  concat,
  defer,
  finalize,
  from,
  merge,
  NEVER,
  of,
  ReplaySubject,
  Subject,
  tap,
  VirtualTimeScheduler,
  type Observable,
} from 'rxjs';
import { parallelGen } from '../../../src/operators/parallelGen.ts';
import { parallel$ } from '../../../src/operators/parallelObservable.ts';
import type { Job, Pool, Settlements } from '../../../src/pools/pool.ts';
import { tasks } from '../../../src/tasks/tasks.ts';
import { toTask } from '../../../src/tasks/toTask.ts';
import { record, type Recording } from '../record.ts';
import * as live from './poolTasks.ts';
import type { PoolTraits } from './PoolTraits.ts';

type AnyFunction = (...args: never[]) => unknown;
type Pair = readonly [index: number, result: unknown];

/** Makes a pool with workers of its own. */
export type MakePool = () => Pool | Promise<Pool>;

/** Where the tasks are. */
export const url = new URL('./poolTasks.ts', import.meta.url);

/** A pool, and how to drive it. */
export class PoolBench {
  /** The tasks. */
  readonly t: typeof live;
  readonly scheduler: VirtualTimeScheduler | typeof asyncScheduler;
  private readonly makePool: MakePool;
  private made: Pool | undefined;

  constructor(makePool: MakePool, { closures, realTime }: PoolTraits) {
    this.makePool = makePool;
    // What parallelMap takes for a function's task it takes for the function's own.
    this.t = closures ? live : (tasks<typeof live>(url) as unknown as typeof live);
    this.scheduler = realTime ? asyncScheduler : new VirtualTimeScheduler();
  }

  /** Makes the pool. */
  async open(): Promise<void> {
    this.made = await this.makePool();
  }

  /** The pool that the tests share. */
  get pool(): Pool {
    if (this.made === undefined) throw new Error('the pool is not made yet');
    return this.made;
  }

  async close(): Promise<void> {
    await this.made?.close();
  }

  /** Runs items by the operator, to the end of the run. */
  run(task: AnyFunction, items: readonly unknown[], config: object = {}): Promise<Recording<Pair>> {
    return this.end(this.run$(task, items, config));
  }

  /** The outcomes of items in an operator. */
  run$(task: AnyFunction, items: readonly unknown[], config: object = {}): Observable<Pair> {
    return parallel$(task as (item: unknown) => unknown, items, {
      pool: this.pool,
      scheduler: this.scheduler,
      ...config,
    });
  }

  /** Runs items in batches by a class, to the end of the run. */
  gen(processor: typeof live.Total, items: readonly number[], config: object): Promise<Recording<Pair>> {
    const { pool } = this;
    return this.end(from(items).pipe(parallelGen(processor, { args: [0], ...config, pool })));
  }

  /** The outcome of a job, by the pool interface. */
  job$(task: AnyFunction, items: readonly unknown[], more: Partial<Job<never>> = {}): Observable<Settlements<unknown>> {
    const ended$ = new Subject<void>();
    const job: Job<unknown> = {
      task: toTask(task),
      args: [],
      first: 0,
      items,
      attempt: 1,
      timeout: undefined,
      transfer: undefined,
      gate$: of(0),
      flowing$: concat(of(true), NEVER),
      ended$,
      scheduler: this.scheduler,
      ...more,
    };
    return this.pool.run$(job).pipe(
      finalize(() => {
        ended$.next();
      }),
    );
  }

  /** Subscribes, and waits for the end. */
  async end<T>(source$: Observable<T>): Promise<Recording<T>> {
    const recording = record(source$);
    await this.ended(recording);
    return recording;
  }

  /** Waits for the end of what is being recorded. */
  async ended({ subscription }: Recording<unknown>): Promise<void> {
    this.flush();
    await new Promise<void>((resolve) => {
      subscription.add(resolve);
    });
  }

  /** Lets virtual time go on as long as there is something to do; real time does so by itself. */
  flush(): void {
    if (this.scheduler instanceof VirtualTimeScheduler) this.scheduler.flush();
  }

  /** Gives whatever still happens the time to happen: as much as another job takes, where there is a worker for it. */
  async pass(): Promise<void> {
    if (this.pool.size > 1) await this.end(this.job$(this.t.double, [1]));
    this.flush();
    await turn();
  }

  /** Keeps all workers busy at once, and lets them end: waits for ever where one of them is missing. */
  async fill(): Promise<void> {
    const { size } = this.pool;
    const open$ = new ReplaySubject<void>(1);
    let atWork = 0;
    let most = 0;
    let full = (): void => undefined;
    const isFull = new Promise<void>((resolve) => {
      full = resolve;
    });
    const gate$ = defer(() => {
      atWork += 1;
      most = Math.max(most, atWork);
      if (atWork === size) full();
      return open$;
    });
    const jobs = Array.from({ length: 2 * size + 1 }, () =>
      this.job$(this.t.double, [1], { gate$ }).pipe(
        // Not when it completes: its worker is free by then, and may have another.
        tap(() => {
          atWork -= 1;
        }),
      ),
    );
    const ended = record(merge(...jobs));
    await isFull;
    open$.next();
    await this.ended(ended);

    expect(ended.errors).to.deep.equal([]);
    expect(most, 'jobs at once').to.equal(size);
  }
}
