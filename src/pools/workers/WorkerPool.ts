import type { Observable } from 'rxjs';
import { callTallyOf, setCallTally } from '../calls.ts';
import type { PoolStats } from '../stats.ts';
import type { CloseConfig, Job, Pool, Settlements } from '../pool.ts';
import { callHostOf, setCallHost } from './calls/callHosts.ts';

/** A pool that reports its end. */
export interface ClosablePool extends Pool {
  readonly closed$: Observable<never>;
  readonly draining$: Observable<unknown>;
}

/** The two parts of a pool of workers. */
export interface Pools {
  /** Runs jobs in workers. It is `serial` if the pool has no workers. */
  readonly main: ClosablePool;
  /** Runs jobs in this thread. */
  readonly serial: ClosablePool;
  /** The figures of the first. */
  readonly stats: () => PoolStats;
}

/** The base of {@link ThreadPool} and {@link ProcessPool}, which differ only in the kind of their workers. */
export class WorkerPool implements Pool {
  readonly stopsAtCrash = true;
  /** Runs tasks serially in this thread, for runs with `workers: 0`. */
  readonly serial: Pool;
  private readonly main: ClosablePool;
  private readonly read: () => PoolStats;

  constructor({ main, serial, stats }: Pools) {
    this.main = main;
    this.read = stats;
    this.serial = serial;
    const host = callHostOf(main);
    if (host !== undefined) setCallHost(this, host);
    const tally = callTallyOf(main);
    if (tally !== undefined) setCallTally(this, tally);
  }

  get size(): number {
    return this.main.size;
  }

  get sends(): boolean {
    return this.main !== this.serial;
  }

  /** The time that a chunk should take, in milliseconds; undefined if the time of the run decides. */
  get chunkMs(): number | undefined {
    return this.main.chunkMs;
  }

  get closed$(): Observable<never> {
    return this.main.closed$;
  }

  get draining$(): Observable<unknown> {
    return this.main.draining$;
  }

  run$<In, Out>(job: Job<In>): Observable<Settlements<Out>> {
    return this.main.run$(job);
  }

  /** Starts all workers, so that the first items need not wait for them. Resolves when all have booted. */
  async ready(run?: Parameters<NonNullable<Pool['ready']>>[0]): Promise<void> {
    await this.main.ready?.(run);
  }

  /** The figures of this pool, without those of runs with `workers: 0`. */
  stats(): PoolStats {
    return this.read();
  }

  /**
   * Starts no new item, gives running items `graceMs` to end, then fails unfinished runs with a PoolClosedError. All items of
   * a chunk count as running once the chunk has been sent. Resolves when the workers have exited, after at most twice
   * `graceMs` and the time of their exits. Idempotent.
   *
   * @param config - With `drainMs`, all that the pool has been given is run before that, for at most so long.
   * @throws TypeError or RangeError, as a rejection, if an option is wrong.
   */
  async close(config?: CloseConfig): Promise<void> {
    await Promise.all([this.main.close(config), this.serial.close(config)]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
