import { map, reduce, type Observable } from 'rxjs';
import type { Job, Pool, Settlements } from '../../src/pools/pool.ts';

/** A pool that says of all items of a job in one message what another says of each in its own, as workers may. */
export const joined = (pool: Pool): Pool => ({
  size: pool.size,
  run$: <In, Out>(job: Job<In>): Observable<Settlements<Out>> =>
    pool.run$<In, Out>(job).pipe(
      reduce<Settlements<Out>, Settlements<Out>[]>((all, message) => [...all, message], []),
      map((all) => ({
        from: 0,
        values: all.flatMap(({ values }) => values),
        errors: all.flatMap(({ from, errors = [] }) => errors.map(([at, error]) => [from + at, error] as const)),
      })),
    ),
  close: () => pool.close(),
});
