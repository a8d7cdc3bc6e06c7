import { filter, identity, NEVER, take, throwError, timeout, timer, type Observable } from 'rxjs';
import { clone as copyOf } from '../platform/clone.ts';
import { TaskCloneError } from '../tasks/errors/errors.ts';
import { clonesToNothing, explainClone } from '../tasks/explainClone.ts';
import { transferListOf } from '../tasks/transfer.ts';
import { inContext } from '../util/rx/inContext.ts';
import { messageOf } from '../util/messageOf.ts';
import { detailsOf, itemError, nameOf, taskError, timeoutError } from '../pools/shared/itemErrors.ts';
import type { Job, Settlements } from '../pools/pool.ts';

/** The course of an item in virtual time, as `duration` or `marble` says. */
export type Settled$ = Observable<Settlements<unknown>>;

/** An item as a worker would get it. */
export function received(job: Job<unknown>, position: number): unknown {
  const item = job.items[position];
  let list: readonly Transferable[] | undefined;
  try {
    list = job.transfer?.(item);
  } catch (error) {
    throw taskError(job, position, error);
  }
  return clone(item, 'the item', job, position, list);
}

/**
 * Emits when so much time has gone by, and fails when it is more than the item may have. A clock may call from anywhere.
 */
export function after$(ms: number, job: Job<unknown>, position: number): Observable<unknown> {
  const end$ = ms === Infinity ? NEVER : timer(ms, job.scheduler);
  return end$.pipe(
    job.timeout === undefined
      ? identity
      : timeout({
          each: job.timeout,
          scheduler: job.scheduler,
          with: () => throwError(() => timeoutError(job, position)),
        }),
    inContext(job.runInContext),
  );
}

/** Emits when a generator is asked for more. */
export function asked$({ flowing$ }: Job<unknown>): Observable<unknown> {
  return flowing$.pipe(filter(Boolean), take(1));
}

/** Says that a task has returned, as its worker would. */
export function resultOf(value: unknown, job: Job<unknown>, position: number): Settlements<unknown> {
  return { from: position, values: [clone(value, 'the result', job, position, [], 'returned')] };
}

/** Says that a generator has yielded, as its worker would. */
export function yieldOf(value: unknown, job: Job<unknown>, position: number): Settlements<unknown> {
  return {
    from: position,
    values: [],
    yields: { values: [clone(value, 'a yield', job, position, [], 'returned')], ended: false },
  };
}

/** Says that a generator has ended. */
export function endOf(position: number): Settlements<unknown> {
  return { from: position, values: [], yields: { values: [], ended: true } };
}

function clone(
  value: unknown,
  what: string,
  job: Job<unknown>,
  position: number,
  transfer: readonly Transferable[] = [],
  way: 'sent' | 'returned' = 'sent',
): unknown {
  try {
    if (way === 'returned' && isLost(value)) throw new TypeError('none of its properties can be cloned');
    return copyOf(value, [...transfer]);
  } catch (reason) {
    const cause = explainClone(value, reason, way);
    throw itemError(
      TaskCloneError,
      { before: `${what} of ${nameOf(job)}`, preposition: 'for', after: ` could not be cloned: ${messageOf(cause)}` },
      { ...detailsOf(job, position), cause },
    );
  }
}

function isLost(value: unknown): boolean {
  return typeof value === 'object' && value !== null && transferListOf(value) === undefined && clonesToNothing(value);
}
