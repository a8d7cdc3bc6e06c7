import { appendFileSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread } from 'node:worker_threads';
import { whereAmI, type Place } from './tasks.ts';

const madeIn = (file: string): number =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line === 'made').length;

/** What a {@link Native} says of an item. */
export interface Report {
  /** Where the instance was made. */
  readonly made: Place;
  /** Where the item is processed. */
  readonly processed: Place;
  /** How many items the instance has had before. */
  readonly before: number;
}

/** Says where its instances are made, and goes on when as many are as `parties` says. */
export class Native {
  private readonly made = whereAmI();
  private readonly file: string;
  private readonly parties: number;
  private items = 0;

  constructor(file: string, parties: number) {
    this.file = file;
    this.parties = parties;
    appendFileSync(file, 'made\n');
  }

  async *process(batch: readonly unknown[]): AsyncGenerator<Report> {
    while (madeIn(this.file) < this.parties) await sleep(1);
    for (let left = batch.length; left > 0; left -= 1) {
      yield { made: this.made, processed: whereAmI(), before: this.items };
      this.items += 1;
    }
  }
}

/** Cannot be made where work is done. */
export class Stranger {
  constructor() {
    throw new RangeError(isMainThread ? 'not in a process' : 'not in a thread');
  }

  process(batch: readonly number[]): readonly number[] {
    return batch;
  }
}

/** Yields what it is told to, whatever the batch. */
export function* give(_batch: readonly unknown[], results: readonly number[]): Generator<number> {
  yield* results;
}

/** The same, later. */
export async function* giveLater(_batch: readonly unknown[], results: readonly number[]): AsyncGenerator<number> {
  for (const result of results) {
    await sleep(1);
    yield result;
  }
}

/** Yields without end, and says when it is closed. */
export function* giveForEver(_batch: readonly unknown[], file: string): Generator<number> {
  try {
    for (let n = 0; ; n += 1) yield n;
  } finally {
    appendFileSync(file, 'closed\n');
  }
}
