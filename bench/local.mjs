import { count, lastValueFrom } from 'rxjs';
import { LocalPool, parallel$ } from '../dist/index.js';
import { alternate, timed } from './alternate.mjs';

/** Microseconds an item of synchronous items in this thread, one by one: the same for more of them. */
export async function local({ rounds }) {
  const run = (length) => async () => {
    const items = Array.from({ length }, (_, n) => n);
    const run$ = parallel$((n) => n, items, { pool: new LocalPool(), chunkSize: 1 });
    return ((await timed(() => lastValueFrom(run$.pipe(count())))) / length) * 1000;
  };
  return alternate(Math.min(rounds, 5), {
    '250,000': run(250_000),
    '500,000': run(500_000),
    '1,000,000': run(1_000_000),
  });
}
