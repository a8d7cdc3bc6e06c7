import type { Observable } from 'rxjs';
import { callPathOf, setCallPath } from '../calls.ts';
import type { Job, Pool, Settlements } from '../pool.ts';

/** A pool that says when it is closed. */
export interface ClosablePool extends Pool {
  readonly closed$: Observable<never>;
}

/** The pools that a pool of workers is made of. */
export interface Pools {
  /** Runs all that does not ask for no workers: the other one, if there are none. */
  readonly main: ClosablePool;
  /** This pool without its workers, in this thread. */
  readonly serial: ClosablePool;
}

/** What {@link ThreadPool} and {@link ProcessPool} have in common: everything but what a worker is. */
export class WorkerPool implements Pool {
  /** This pool without its workers, in this thread: what a run with `workers: 0` uses. */
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

  /** Starts all workers, so that the first items need not wait for them; resolves when they have booted. */
  async ready(run?: Parameters<NonNullable<Pool['ready']>>[0]): Promise<void> {
    await this.main.ready?.(run);
  }

  /**
   * Starts no new item, gives running ones `graceMs` to end, then fails unfinished runs with a PoolClosedError. What a worker
   * has been sent counts as running: all items of a chunk. Resolves when the workers have exited, after at most twice
   * `graceMs` and the time of their exits. Idempotent.
   */
  async close(): Promise<void> {
    await Promise.all([this.main.close(), this.serial.close()]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
