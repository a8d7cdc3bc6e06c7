import { threadId } from 'node:worker_threads';
import { tasks, parallel } from '../../../src/index.ts';

export const double = (n: number): number => n * 2;
export const name = (): string => 'images';
export const place = (): string => `${String(process.pid)} ${String(threadId)}`;

export function* upTo(n: number): Generator<number> {
  for (let i = 0; i < n; i += 1) yield i;
}

export const fail = (text: string): never => {
  throw new RangeError(text, { cause: new TypeError('deeper') });
};

/** Prepares its worker. */
export const prepare = (text: string): void => {
  (globalThis as { prepared?: string }).prepared = text;
};
export const prepared = (): string | undefined => (globalThis as { prepared?: string }).prepared;

/** Runs a task of its own script inside of a worker. */
export const nested = async (n: number): Promise<readonly number[]> => {
  const { double: inner } = tasks(
    () => new Worker(new URL('./images.worker.ts', import.meta.url), { type: 'module' }),
    () => import('./images.ts'),
  );
  return await parallel(inner, [n, n + 1]);
};

/** Adds to each number of a batch the first that it was made with. */
export class Adding {
  private readonly first: number;

  constructor(first: number) {
    this.first = first;
  }

  process(batch: readonly number[]): readonly number[] {
    return batch.map((n) => n + this.first);
  }
}
