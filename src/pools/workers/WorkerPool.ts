import type { Observable } from 'rxjs';
import { callPathOf, setCallPath } from '../calls.ts';
import type { Job, Pool, Settlements } from '../pool.ts';

/** A pool that reports its end. */
export interface ClosablePool extends Pool {
  readonly closed$: Observable<never>;
}

/** The two parts of a pool of workers. */
export interface Pools {
  /** Runs jobs in workers. It is `serial` if the pool has no workers. */
  readonly main: ClosablePool;
  /** Runs jobs in this thread. */
  readonly serial: ClosablePool;
}

/** The base of {@link ThreadPool} and {@link ProcessPool}, which differ only in the kind of their workers. */
export class WorkerPool implements Pool {
  /** Runs tasks serially in this thread, for runs with `workers: 0`. */
  readonly serial: Pool;
  private readonly main: ClosablePool;

  constructor({ main, serial }: Pools) {
    this.main = main;
    this.serial = serial;
    const path = callPathOf(main);
    if (path !== undefined) setCallPath(this, path);
  }

  get size(): number {
    return this.main.size;
  }

  get sends(): boolean {
    return this.main !== this.serial;
  }

  get closed$(): Observable<never> {
    return this.main.closed$;
  }

  run$<In, Out>(job: Job<In>): Observable<Settlements<Out>> {
    return this.main.run$(job);
  }

  /** Starts all workers, so that the first items need not wait for them. Resolves when all have booted. */
  async ready(run?: Parameters<NonNullable<Pool['ready']>>[0]): Promise<void> {
    await this.main.ready?.(run);
  }

  /**
   * Starts no new item, gives running items `graceMs` to end, then fails unfinished runs with a PoolClosedError. All items of
   * a chunk count as running once the chunk has been sent. Resolves when the workers have exited, after at most twice
   * `graceMs` and the time of their exits. Idempotent.
   */
  async close(): Promise<void> {
    await Promise.all([this.main.close(), this.serial.close()]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
