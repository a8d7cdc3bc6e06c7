import { parallelMap } from '../../src/operators/parallelMap.ts';
import { VirtualPool } from '../../src/testing/VirtualPool.ts';
import { ParallelError } from '../../src/tasks/errors/errors.ts';
import { combinations, inBrief, upper } from './virtual.ts';

export const product = combinations({
  ordered: [false, true],
  workers: [1, 2, 4],
  chunkSize: [1, 3, 'auto'] as const,
  pause: [0, 2],
  onError: ['throw', 'return', 'skip'] as const,
});

/** Durations that are all over the place, and the same each time. */
export const uneven = (n: number): number => (n * 7) % 5;

/** A pool whose items take such durations. */
export const unevenPool = (workers: number): VirtualPool => new VirtualPool({ workers, duration: uneven });

/** Ten items, two of which fail. */
export const ten = Array.from({ length: 10 }, (_, n) => n);
export const failing = (n: number): number => {
  if (n === 3 || n === 7) throw new RangeError(`${String(n)} is bad`);
  return n * 10;
};

/** A task that always fails. */
export const refuse = (): never => {
  throw new RangeError('never');
};

export const sorted = (pairs: readonly (readonly [number, unknown])[]): unknown[] =>
  pairs.toSorted(([a], [b]) => a - b);

/** What the message that refuses an unknown option says that there is. */
export const optionNames = (): string[] => {
  try {
    parallelMap(upper, { nonsense: 1 } as never);
  } catch (error) {
    return String(error).split(' are ')[1]?.split(', ') ?? [];
  }
  return [];
};

export const briefly = ([index, result]: readonly [number, unknown]): readonly [number, unknown] => [
  index,
  result instanceof ParallelError ? inBrief(result) : result,
];
