import { identity, type Observable } from 'rxjs';
import { named } from '../../util/named.ts';
import { countFrom } from '../../util/optionChecks.ts';
import { takeChecked, withDefaults } from '../../util/options.ts';
import { LocalSlotPool } from './LocalSlotPool.ts';
import { callTallyOf, setCallTally, type CallTally } from '../calls.ts';
import type { PoolStats } from '../stats.ts';
import type { CloseConfig, Job, Pool, Settlements } from '../pool.ts';
import { BOOT_TIMEOUT_MS, GRACE_MS } from '../shared/defaults.ts';

/** Options of a {@link LocalPool}. */
export interface LocalPoolConfig {
  /** The maximum number of calls at once, an integer from 1. @defaultValue 1 */
  readonly workers?: number;
}

const OPTIONS = {
  workers: { check: countFrom(1), default: 1 },
};

/**
 * A pool that runs tasks in this thread, with up to `workers` calls at once. Nothing is copied, except objects that `transfer`
 * moves: a Buffer stays a Buffer, and closures work. The results of synchronous tasks are emitted synchronously.
 *
 * A task in this thread cannot be interrupted. If it is cancelled or exceeds its `timeout`, its signal aborts, and 100 ms later its
 * slot is used again, even if the task goes on.
 *
 * @example Eight downloads at a time, with a closure
 * ```ts
 * const pool = new LocalPool({ workers: 8 });
 * const pages = await parallel((url: string) => fetch(url), urls, { pool });
 * ```
 *
 * @see {@link ThreadPool} and {@link ProcessPool} for work that would block this thread.
 */
export class LocalPool implements Pool {
  static {
    named(this, 'LocalPool');
  }

  readonly size: number;
  readonly crashes = false;
  private readonly inner: LocalSlotPool;

  /** @throws TypeError or RangeError if an option is wrong. */
  constructor(config: LocalPoolConfig = {}) {
    const { workers } = withDefaults(takeChecked(config, OPTIONS), OPTIONS);
    this.size = workers;
    this.inner = new LocalSlotPool({
      workers,
      graceMs: GRACE_MS,
      bootTimeoutMs: BOOT_TIMEOUT_MS,
      handOver: identity,
    });
    setCallTally(this, callTallyOf(this.inner) as CallTally);
  }

  /** This pool. A serial run uses one of its slots. */
  get serial(): this {
    return this;
  }

  get closed$(): Observable<never> {
    return this.inner.closed$;
  }

  get draining$(): Observable<unknown> {
    return this.inner.draining$;
  }

  run$<In, Out>(job: Job<In>): Observable<Settlements<Out>> {
    return this.inner.run$(job);
  }

  /** The figures of this pool. */
  stats(): PoolStats {
    return this.inner.stats();
  }

  /**
   * Starts no new item, gives running items 100 ms to end, then fails unfinished runs with a PoolClosedError. Idempotent.
   *
   * @param config - With `drainMs`, all that the pool has been given is run before that, for at most so long.
   * @throws TypeError or RangeError, as a rejection, if an option is wrong.
   */
  async close(config?: CloseConfig): Promise<void> {
    await this.inner.close(config);
  }

  /** Closes the pool at the end of its `await using` scope. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
