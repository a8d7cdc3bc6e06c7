import { catchError, concat, defer, finalize, ignoreElements, throwError, type Observable } from 'rxjs';
import { bare } from '../../util/bare.ts';
import { OPEN_GATE$ } from '../../util/rx/startGate.ts';
import type { Job, Pool, Settlements } from '../pool.ts';
import { SlotPool } from './SlotPool.ts';
import { resolveSettings } from './config/resolveSettings.ts';
import type { WorkerLauncher } from './Transport.ts';

/** Starts a worker for each job and ends it after the job. A job completes when its worker has exited. */
export class FreshPool implements Pool {
  readonly size: number;
  readonly sends = true;
  private readonly launcher: WorkerLauncher;
  private readonly daemon: boolean;

  /** @param daemon - Whether the program may end while the workers work. */
  constructor(launcher: WorkerLauncher, size: number, daemon = false) {
    this.launcher = launcher;
    this.size = size;
    this.daemon = daemon;
  }

  run$<In, Out>(job: Job<In>): Observable<Settlements<Out>> {
    const { daemon } = this;
    return defer(() => {
      const pool = new SlotPool(1, OPEN_GATE$, { ...resolveSettings(this.launcher, bare({})), daemon });
      const exited$ = defer(() => pool.close()).pipe(ignoreElements());
      return concat(pool.run$<In, Out>(job), exited$).pipe(
        catchError((error: unknown) =>
          concat(
            exited$,
            throwError(() => error),
          ),
        ),
        finalize(() => void pool.close()),
      );
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
