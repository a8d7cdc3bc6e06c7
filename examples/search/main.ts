// Searches while somebody types: node --import tsx examples/search/main.ts [TEXT]
import { interval, map, scan, switchMap, take, tap, toArray } from 'rxjs';
import { parallel$, tasks, ThreadPool, values } from 'rxjs-parallel';

const { findAirports } = tasks<typeof import('./findAirports.ts')>(new URL('./findAirports.ts', import.meta.url));

const [text = 'alba'] = process.argv.slice(2);

const WORKERS = 2;
const parts = Array.from({ length: WORKERS }, (_, part) => [part, WORKERS] as const);
const pool = new ThreadPool({ workers: WORKERS });

/** A quick typist. In a real program this comes from the keyboard. */
const typed$ = interval(30).pipe(
  take(text.length),
  map((n) => text[n] ?? ''),
  scan((before, letter) => before + letter, ''),
);

await typed$
  .pipe(
    tap((query) => {
      console.log(`typed ${query}`);
    }),
    // switchMap unsubscribes from the search before when somebody types on. That is all it takes to cancel it, on its workers
    // too: what waits is dropped, what runs is told by its signal, and the workers are free for the new search.
    switchMap((query) =>
      parallel$(findAirports, parts, { pool, args: [query] }).pipe(
        values(),
        toArray(),
        map((found) => ({ query, best: bestOf(found.flat()) })),
        tap({
          unsubscribe: () => {
            console.log(`gave up ${query}`);
          },
        }),
      ),
    ),
  )
  .forEach(({ query, best }) => {
    console.log(`found ${query}: ${best.join(', ')}`);
  });

await pool.close();

function bestOf(matches: readonly { readonly name: string; readonly score: number }[]): readonly string[] {
  return matches
    .toSorted((a, b) => b.score - a.score || a.name.localeCompare(b.name))
    .slice(0, 3)
    .map(({ name }) => name);
}
