import { concat, concatMap, defer, EMPTY, map, merge, NEVER, of, takeWhile, tap, timer, type Observable } from 'rxjs';
import type { ParallelError } from '../tasks/errors/errors.ts';
import type { Job, Settlements } from '../pools/pool.ts';
import type { Step } from './virtualScript.ts';

/** How a run that is drawn is played. */
export interface Play {
  /** Gives the message of a step, or throws. */
  readonly does: (step: Step) => Settlements<unknown> | undefined;
  /** Emits at once while the next step may begin, or when it may. */
  readonly asked$: Observable<unknown>;
  /** How many of the steps are timed out. */
  readonly timed: number;
  /** Gives the error of a step that takes too long. */
  readonly timeoutError: () => ParallelError;
}

/** Steps of one frame, so many milliseconds from now. */
interface Moment {
  readonly inMs: number;
  readonly steps: readonly number[];
  readonly isTimedOut: boolean;
}

/**
 * Plays a run from a step on. All its moments are scheduled at once, as `cold` does, so that those of several runs in one
 * frame come in the order of the runs. If a generator is held up, the rest is scheduled again when it goes on.
 */
export function play$(
  steps: readonly Step[],
  play: Play,
  job: Job<unknown>,
  first = 0,
): Observable<Settlements<unknown>> {
  let next = first;
  const planned$ = defer(() =>
    merge(...momentsOf(steps, first, play.timed, job).map((one) => moment$(one, play, job))),
  );
  const played$ = planned$.pipe(
    concatMap(function* (nth) {
      next = nth + 1;
      const message = play.does(steps[nth] as Step);
      if (message !== undefined) yield message;
      // By now the consumer has had the message.
      if (next < steps.length && !emitsAtOnce(play.asked$)) yield undefined;
    }),
    takeWhile((message) => message !== undefined),
  );
  return concat(
    play.asked$.pipe(concatMap(() => played$)),
    defer(() => (next < steps.length ? play$(steps, play, job, next) : EMPTY)),
  );
}

/** Emits the steps of a moment in its frame. Those at the start that were held up have no turn of their own. */
function moment$(
  { inMs, steps, isTimedOut }: Moment,
  { timeoutError }: Play,
  { scheduler }: Job<unknown>,
): Observable<number> {
  const time$ = inMs === Infinity ? NEVER : inMs === 0 && steps[0] !== 0 ? of(0) : timer(inMs, scheduler);
  return time$.pipe(
    map(() => {
      if (isTimedOut) throw timeoutError();
    }),
    concatMap(() => steps),
  );
}

/** The moments of a run from a step on; the last is the one in which a step is late. */
function momentsOf(
  steps: readonly Step[],
  first: number,
  timed: number,
  { timeout = Infinity }: Job<unknown>,
): readonly Moment[] {
  const moments: { inMs: number; steps: number[]; isTimedOut: boolean }[] = [];
  let inMs = 0;
  for (let nth = first; nth < steps.length; nth += 1) {
    const { afterMs } = steps[nth] as Step;
    const isTimedOut = nth < timed && afterMs > timeout;
    inMs += isTimedOut ? timeout : afterMs;
    const last = moments.at(-1);
    if (last === undefined || afterMs > 0) moments.push({ inMs, steps: [nth], isTimedOut });
    else last.steps.push(nth);
    if (isTimedOut) break;
  }
  return moments;
}

function emitsAtOnce(source$: Observable<unknown>): boolean {
  let emitted = false;
  source$
    .pipe(tap(() => (emitted = true)))
    .subscribe()
    .unsubscribe();
  return emitted;
}
