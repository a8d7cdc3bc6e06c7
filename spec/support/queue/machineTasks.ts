import { appendFileSync, existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { currentTask } from '../../../src/worker.ts';
import { until } from '../until.ts';

class FarError extends Error {
  readonly code: number;

  constructor(code: number) {
    super('far');
    this.code = code;
  }
}

export const double = (n: number): number => 2 * n;

export const same = (name: string): string => name;

/** Notes that it runs. */
export const noteRun = (n: number, file: string): number => {
  appendFileSync(file, `${String(n)}\n`);
  return n;
};

/** Waits until there is a file. */
export const untilFile = (file: string): Promise<void> => until(() => existsSync(file));

/** Takes so many milliseconds, and gives them back. */
export const wait = async (ms: number): Promise<number> => {
  await sleep(ms, undefined, { signal: currentTask()?.signal as AbortSignal });
  return ms;
};

/** Fails with an error of a class that only the program has registered. */
export const throwFar = (code: number): never => {
  throw new FarError(code);
};

/** Gives what it has, slowly enough to be caught in the middle. */
export const slowly = async (n: number, ms: number): Promise<number> => {
  await sleep(ms);
  return n;
};

export async function* countSlowly(n: number, ms: number): AsyncGenerator<number> {
  for (let step = 1; step <= n; step += 1) {
    await sleep(ms);
    yield step;
  }
}

export const bytes = (length: number): Uint8Array => new Uint8Array(length);

export function* bytesOf(lengths: readonly number[]): Generator<Uint8Array> {
  for (const length of lengths) yield new Uint8Array(length);
}

export function* count(n: number): Generator<number> {
  for (let step = 0; step < n; step += 1) yield step;
}
