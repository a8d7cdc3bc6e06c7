import { Observable } from 'rxjs';
import type { Job, Pool, Settlements } from '../../src/pools/pool.ts';

/** A pool that is answered by hand, also when nobody listens any more. */
export class HandPool implements Pool {
  readonly size: number;
  readonly jobs: Job<unknown>[] = [];
  readonly answers: ((settlements: Settlements<unknown>) => void)[] = [];
  readonly ends: (() => void)[] = [];
  readonly log: string[] = [];

  constructor(size: number) {
    this.size = size;
  }

  run$<In, Out>(job: Job<In>): Observable<Settlements<Out>> {
    return new Observable<Settlements<unknown>>((subscriber) => {
      const name = `item ${String(job.first)}`;
      this.jobs.push(job);
      this.answers.push((settlements) => {
        subscriber.next(settlements);
      });
      this.ends.push(() => {
        subscriber.complete();
      });
      return () => {
        this.log.push(`${name} cancelled`);
      };
    }) as Observable<Settlements<Out>>;
  }

  close(): Promise<void> {
    this.log.push('closed');
    return Promise.resolve();
  }
}
