import { setImmediate as turn } from 'node:timers/promises';
import {
  catchError,
  EMPTY,
  finalize,
  fromEvent,
  ignoreElements,
  interval,
  lastValueFrom,
  merge,
  Subject,
  takeUntil,
  tap,
  type Observable,
} from 'rxjs';
import { parallel$, ProcessPool, tasks, ThreadPool } from 'rxjs-parallel';
import { handlesOf, takeCensus, type Census } from './census.ts';
import { Chaos, KINDS, type Kind } from './Chaos.ts';
import { Ledger } from './Ledger.ts';
import { Problems } from './Problems.ts';
import { findGrowth, findRemains } from './leaks.ts';
import { sideRuns$ } from './sideRuns.ts';
import { watchForHang } from './watchForHang.ts';

const t = tasks<typeof import('./tasks.js')>(new URL('./tasks.js', import.meta.url));

/** How much is done. */
export interface SoakConfig {
  /** Items for each kind of workers: half of them come out as they finish, the other half in order. */
  readonly items: number;
  /** Most minutes: shortly before they are over, no further items are taken. */
  readonly minutes: number;
  /** What chance begins with. */
  readonly seed: number;
  /** Workers of each kind. */
  readonly workers: number;
}

/** A run of many items. */
export interface Stream {
  readonly name: string;
  readonly kind: Kind;
  readonly ordered: boolean;
  readonly ledger: Ledger;
}

/** What a soak works with, and what it notes. */
export interface Soak {
  readonly config: SoakConfig;
  readonly problems: Problems;
  readonly chaos: Chaos;
  readonly pools: Readonly<Record<Kind, ThreadPool | ProcessPool>>;
  readonly streams: readonly Stream[];
  /** How many side runs there were, by name. */
  readonly sideRuns: Map<string, number>;
  /** Before the first worker. */
  readonly before: Census;
  /** One each second, while it goes on. */
  readonly samples: Census[];
  /** When the pools have been closed. */
  after: Census | undefined;
  seconds: number;
  interrupted: boolean;
}

const KILL_EVERY_MS = 100;
const SAMPLE_EVERY_MS = 1000;
/** Of the minutes that are given: for the build before, the last items, those that nobody disturbs, and the end. */
const RESERVED_MS = 12_000;
/**
 * How long workers may take to be seen at work when nobody kills them any more, and the system to take back what is closed.
 */
const PATIENCE_MS = 10_000;
/**
 * So many that no item fails by chance. A worker is killed every 100 ms, so that an item that travels alone, for 5 ms at
 * most, is hit in one try of 20 even if it is always that worker; on a machine five times as slow in one of 4, and then 21
 * times in a row, as it takes to fail, once in 10^12.
 */
const CRASH_RETRIES = 20;

/** Makes both pools, of which no worker runs yet. */
export function openSoak(config: SoakConfig): Soak {
  const { items, seed, workers } = config;
  const problems = new Problems();
  const before = takeCensus();
  const open = (name: string, kind: Kind, ordered: boolean): Stream => {
    return { name, kind, ordered, ledger: new Ledger(name, Math.floor(items / 2), seed, ordered, problems) };
  };
  // Not the loader of this program, which takes longer to load than many a worker has to live.
  const settings = { workers, execArgv: [] };
  return {
    config,
    problems,
    chaos: new Chaos(seed),
    pools: { thread: new ThreadPool(settings), process: new ProcessPool(settings) },
    streams: KINDS.flatMap((kind) => [
      open(`${kind}, as they finish`, kind, false),
      open(`${kind}, in order`, kind, true),
    ]),
    sideRuns: new Map(),
    before,
    samples: [],
    after: undefined,
    seconds: 0,
    interrupted: false,
  };
}

/** Runs all items while workers are killed, then some while none is, and closes the pools. */
export async function runSoak(soak: Soak): Promise<void> {
  const { chaos, pools, streams, problems } = soak;
  const watch = watchForHang(soak);
  const startedAtMs = performance.now();
  await lastValueFrom(chaos$(soak, startedAtMs), { defaultValue: undefined });
  soak.seconds = (performance.now() - startedAtMs) / 1000;

  if (!soak.interrupted) {
    for (const { name, ledger } of streams)
      for (const index of ledger.outstanding()) problems.add(`${name}: item ${String(index)} has not settled`);
    await Promise.all(KINDS.map((kind) => seeAllAtWork(kind, soak)));
  }
  await Promise.all(KINDS.map((kind) => pools[kind].close()));
  clearInterval(watch);
  chaos.stop();
  const after = await censusAtRest(soak.before);
  soak.after = after;
  const leaks = [
    ...findRemains(soak.before, after),
    ...(soak.interrupted ? [] : findGrowth(soak.samples, chaos.started)),
  ];
  for (const leak of leaks) problems.add(leak);
}

/** All streams, and all that goes on beside them until they end. */
function chaos$(soak: Soak, startedAtMs: number): Observable<unknown> {
  const { chaos, config, problems, samples, sideRuns, streams } = soak;
  const endsAtMs = startedAtMs + config.minutes * 60_000 - RESERVED_MS;
  const over$ = new Subject<void>();

  const streams$ = merge(...streams.map((stream) => stream$(soak, stream, () => performance.now() > endsAtMs)));
  const kills$ = interval(KILL_EVERY_MS).pipe(
    tap(() => {
      chaos.strike();
    }),
  );
  const samples$ = interval(SAMPLE_EVERY_MS).pipe(tap(() => samples.push(takeCensus())));
  const sideRuns$$ = KINDS.map((kind, at) =>
    sideRuns$({ pool: soak.pools[kind], seed: config.seed + at, crashRetries: CRASH_RETRIES, problems }, (name) =>
      sideRuns.set(name, (sideRuns.get(name) ?? 0) + 1),
    ),
  );
  const interruption$ = fromEvent(process, 'SIGINT').pipe(
    tap(() => {
      soak.interrupted = true;
    }),
  );

  return merge(
    streams$.pipe(
      ignoreElements(),
      finalize(() => {
        over$.next();
      }),
    ),
    merge(kills$, samples$, ...sideRuns$$).pipe(takeUntil(over$)),
  ).pipe(takeUntil(interruption$));
}

function stream$(
  { pools, config: { seed }, problems }: Soak,
  stream: Stream,
  enough: () => boolean,
): Observable<unknown> {
  const { ledger, kind, ordered, name } = stream;
  return parallel$(t.work, ledger.take(enough), {
    pool: pools[kind],
    args: [seed],
    ordered,
    crashRetries: CRASH_RETRIES,
    onError: 'return',
  }).pipe(
    tap({
      next: ([index, result]) => {
        ledger.note(index, result);
      },
      error: (error: unknown) => {
        problems.add(`${name}: the run failed: ${String(error)}`);
      },
    }),
    // The others tell more of what is wrong when they go on.
    catchError(() => EMPTY),
  );
}

/** Runs items until each worker has done some. */
async function seeAllAtWork(kind: Kind, { pools, config: { workers }, problems }: Soak): Promise<void> {
  const untilMs = performance.now() + PATIENCE_MS;
  const seen = new Set<string>();
  function* items(): Generator<undefined> {
    while (seen.size < workers && performance.now() < untilMs) yield undefined;
  }
  await lastValueFrom(
    parallel$(t.place, items(), { pool: pools[kind], chunkSize: 1 }).pipe(tap(([, place]) => seen.add(place))),
    { defaultValue: undefined },
  ).catch((error: unknown) => {
    problems.add(`after the kills a run (${kind}) failed: ${String(error)}`);
  });
  if (seen.size < workers)
    problems.add(`after the kills ${String(seen.size)} of ${String(workers)} workers (${kind}) were at work`);
}

/**
 * A sample of the resources, taken when they are down to their start value: the pipes of a process, and the memory of a
 * thread, are freed some time after its end.
 */
async function censusAtRest(before: Census): Promise<Census> {
  const untilMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const after = takeCensus();
    const atRest = handlesOf(after) <= handlesOf(before) && after.threads <= before.threads;
    if (atRest || performance.now() > untilMs) return after;
    await turn();
  }
}
