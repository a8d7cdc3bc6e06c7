import {
  catchError,
  defer,
  EMPTY,
  ignoreElements,
  interval,
  mergeMap,
  range,
  repeat,
  switchMap,
  take,
  tap,
  throwError,
  timer,
  type Observable,
} from 'rxjs';
import {
  parallel$,
  parallelIterable,
  parallelMap,
  tasks,
  TaskTimeoutError,
  type ParallelError,
  type Pool,
} from 'rxjs-parallel';
import { chance } from './chance.js';
import { isRight } from './Ledger.ts';
import type { Problems } from './Problems.ts';
import { deedOf } from './tasks.js';

const t = tasks<typeof import('./tasks.js')>(new URL('./tasks.js', import.meta.url));

/** What a side run has. */
export interface SideRunConfig {
  readonly pool: Pool;
  readonly seed: number;
  readonly crashRetries: number;
  readonly problems: Problems;
}

type Pair = readonly [index: number, result: number | ParallelError];

/** How many items a side run has that is cancelled before it has done them all. */
const ITEMS = 400;
/** Milliseconds at most between two side runs, so that most of the time belongs to the items that are counted. */
const PAUSE_MS = 1000;

/** Small runs beside the large ones, one after the other, that are cancelled or late: workers are killed while they are told to stop. */
export function sideRuns$(config: SideRunConfig, done: (name: string) => unknown): Observable<never> {
  let drawn = 0;
  const draw = (): number => {
    drawn += 1;
    return chance(config.seed, drawn);
  };
  const names = Object.keys(RUNS) as (keyof typeof RUNS)[];

  return defer(() => {
    const name = names[Math.floor(draw() * names.length)] ?? 'take';
    const run$ = RUNS[name](config, draw()).pipe(
      tap({
        complete: () => {
          done(name);
        },
      }),
      catchError((error: unknown) => {
        config.problems.add(`a side run (${name}) failed: ${String(error)}`);
        return EMPTY;
      }),
    );
    return timer(draw() * PAUSE_MS).pipe(mergeMap(() => run$));
  }).pipe(repeat(), ignoreElements());
}

const RUNS = {
  take: (config, luck) => work$(config).pipe(take(1 + Math.floor(luck * 100))),

  switchMap: (config, luck) =>
    interval(luck * 60).pipe(
      take(5),
      switchMap(() => work$(config)),
      take(200),
    ),

  signal: (config, luck) =>
    defer(() => {
      const aborting = new AbortController();
      const timing = timer(luck * 100).subscribe(() => {
        aborting.abort(aborting);
      });
      return work$(config, aborting.signal).pipe(
        catchError((error: unknown) => (error === aborting ? EMPTY : throwError(() => error))),
        tap({
          finalize: () => {
            timing.unsubscribe();
          },
        }),
      );
    }),

  break: ({ problems, ...config }, luck) =>
    defer(async () => {
      let left = 1 + Math.floor(luck * 50);
      const { pool, seed, crashRetries } = config;
      for await (const pair of parallelIterable(t.work, numbers(), {
        pool,
        args: [seed],
        crashRetries,
        ordered: true,
        onError: 'return',
      })) {
        check(pair, seed, problems);
        if ((left -= 1) === 0) break;
      }
    }),

  'timeout of a loop': (config) => late$(config, t.hang),

  'timeout of a sleep': (config) => late$(config, t.sleepForever),

  partitionBy: ({ pool, seed, crashRetries, problems }) =>
    range(0, ITEMS / 4).pipe(
      parallelMap(t.work, {
        pool,
        args: [seed],
        crashRetries,
        onError: 'return',
        partitionBy: (index: number) => index % 3,
        timeout: 60_000,
      }),
      checked(seed, problems),
    ),
} satisfies Record<string, (config: SideRunConfig, luck: number) => Observable<unknown>>;

function work$({ pool, seed, crashRetries, problems }: SideRunConfig, signal?: AbortSignal): Observable<Pair> {
  return parallel$(t.work, numbers(), {
    pool,
    args: [seed],
    crashRetries,
    onError: 'return',
    ...(signal === undefined ? {} : { signal }),
  }).pipe(checked(seed, problems));
}

/** Items that no worker ends by itself: each settles as late, though its worker was killed before. */
function late$(
  { pool, crashRetries, problems }: SideRunConfig,
  task: typeof t.hang | typeof t.sleepForever,
): Observable<unknown> {
  const late = new Set<number>();
  return parallel$(task as typeof t.hang, [0, 1], { pool, crashRetries, timeout: 30, onError: 'return' }).pipe(
    tap({
      next: ([index, error]) => {
        if (!((error as unknown) instanceof TaskTimeoutError))
          problems.add(`a late item settled with ${String(error)}`);
        late.add(index);
      },
      complete: () => {
        if (late.size !== 2) problems.add(`of two late items ${String(late.size)} settled`);
      },
    }),
  );
}

function checked(seed: number, problems: Problems): (pairs$: Observable<Pair>) => Observable<Pair> {
  return (pairs$) =>
    defer(() => {
      const seen = new Set<number>();
      return pairs$.pipe(
        tap((pair) => {
          check(pair, seed, problems);
          if (!deedOf(pair[0], seed).startsWith('yields') && seen.has(pair[0]))
            problems.add(`item ${String(pair[0])} of a side run settled twice`);
          seen.add(pair[0]);
        }),
      );
    });
}

function check([index, result]: Pair, seed: number, problems: Problems): void {
  if (!deedOf(index, seed).startsWith('yields') && !isRight(index, seed, result))
    problems.add(`item ${String(index)} of a side run gave ${String(result)}`);
}

function numbers(): Iterable<number> {
  return Array.from({ length: ITEMS }, (_, index) => index);
}
