import { show } from '../../util/check.ts';

/** Throws unless a priority is a finite number. */
export function checkPriority(name: string, priority: unknown): void {
  const expectation = `${name} must be a number, and finite, not ${show(priority)}`;
  if (typeof priority !== 'number') throw new TypeError(expectation);
  if (!Number.isFinite(priority)) throw new RangeError(expectation);
}
