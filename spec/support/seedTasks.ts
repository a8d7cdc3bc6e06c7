import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { currentTask } from '../../src/worker.ts';

const linesOf = (file: string): string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];

/** Sleeps, counted from when all of a number of tasks have begun, then logs. */
export const logLater = async (
  file: string,
  parties: number,
  ms: number,
  word: string,
  result: number,
): Promise<number> => {
  appendFileSync(file, 'here\n');
  while (linesOf(file).filter((line) => line === 'here').length < parties) await sleep(1);
  await sleep(ms);
  appendFileSync(file, `${word}\n`);
  return result;
};

export const addOne = async (x: number, a = 1): Promise<number> => {
  await sleep(Math.random() * 12);
  return x + a;
};

export const printTime = (): number => performance.timeOrigin + performance.now();

export const dieSometimes = (x: number): number => {
  if (x > 3 && x < 6) throw new Error(`died of ${String(x)}`);
  return x * 2;
};

export class Adder {
  private readonly a: number;

  constructor(a: number) {
    this.a = a;
  }

  async *process(batch: readonly number[]): AsyncGenerator<number> {
    for (const k of batch) {
      await sleep(Math.random() * 100);
      yield k + this.a;
    }
  }
}

export const waitThen = async (i: number): Promise<number> => {
  await sleep((3 - i) * 50);
  return i * 2;
};

/** Logs its start, and if it is told to stop: 2 ends when three have started, 1 when four have, the others not by themselves. */
export const endAtStarts = async (i: number, file: string): Promise<number> => {
  const signal = currentTask()?.signal;
  appendFileSync(file, `start ${String(i)}\n`);
  const enough = { 1: 4, 2: 3 }[i] ?? Infinity;
  while (linesOf(file).filter((line) => line.startsWith('start')).length < enough) {
    if (signal?.aborted === true) {
      appendFileSync(file, `stopped ${String(i)}\n`);
      break;
    }
    await sleep(1);
  }
  return i * 2;
};
