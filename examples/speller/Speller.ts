import { readFileSync } from 'node:fs';

/** Corrects words. Slow to make and better the longer it lives: what `parallelGen` is for. */
export class Speller {
  readonly #words: readonly string[];
  /** What it has found already, in this batch or an earlier one. */
  readonly #known = new Map<string, string>();

  /** Called in each worker, once per run, with the `args` of the run. */
  constructor(file: string) {
    this.#words = readFileSync(file, 'utf8').trim().split('\n');
  }

  /** Called with each batch. Has to give one result per item. */
  *process(batch: readonly string[]): Generator<string> {
    for (const word of batch) {
      const nearest = this.#known.get(word) ?? this.#nearest(word);
      this.#known.set(word, nearest);
      yield nearest;
    }
  }

  #nearest(word: string): string {
    const [first = word, ...others] = this.#words;
    return others.reduce((best, other) => (distance(word, other) < distance(word, best) ? other : best), first);
  }
}

/** How many letters have to be put in, left out or replaced to make one word of another (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, n) => n);
  for (let above = 0; above < from.length; above += 1) {
    const next = [above + 1];
    for (let n = 0; n < to.length; n += 1) {
      const replaced = (row[n] ?? 0) + (from[above] === to[n] ? 0 : 1);
      next.push(Math.min(replaced, (row[n + 1] ?? 0) + 1, (next[n] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
