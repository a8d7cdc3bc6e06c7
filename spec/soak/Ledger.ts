import { TaskError, WorkerCrashError } from 'rxjs-parallel';
import type { Problems } from './Problems.ts';
import { DEADLY, deedOf, resultOf, YIELDS } from './tasks.js';

/** Behind the number of its yields: a generator that has yielded is not run again when its worker dies, but fails. */
const CUT_SHORT = YIELDS + 1;
/** Which items have settled, in a byte each, so that the books grow with nothing. */
export class Ledger {
  /** How many items were taken from the source. */
  taken = 0;
  /** How many of them have settled. */
  settled = 0;
  /** How many of those taken end their worker. */
  deadly = 0;
  /** How many generators have failed after they had yielded. */
  cutShort = 0;
  private readonly name: string;
  private readonly seed: number;
  private readonly ordered: boolean;
  private readonly problems: Problems;
  private readonly states: Uint8Array;
  private last = 0;

  constructor(name: string, items: number, seed: number, ordered: boolean, problems: Problems) {
    this.name = name;
    this.seed = seed;
    this.ordered = ordered;
    this.problems = problems;
    this.states = new Uint8Array(items);
  }

  /** Gives the indices one by one, until it is told that this is enough. */
  *take(enough: () => boolean): Generator<number> {
    while (this.taken < this.states.length && !enough()) {
      if (DEADLY.has(deedOf(this.taken, this.seed))) this.deadly += 1;
      this.taken += 1;
      yield this.taken - 1;
    }
  }

  /** Notes what was emitted, and checks it. */
  note(index: number, result: unknown): void {
    if (index < 0 || index >= this.taken) this.wrong(index, 'is none that was taken');
    else if (this.ordered && index < this.last) this.wrong(index, `came after ${String(this.last)}`);
    else if (deedOf(index, this.seed).startsWith('yields')) this.noteYield(index, result);
    else this.noteOne(index, result);
    this.last = index;
  }

  /** The indices of items that were taken and have not settled. */
  *outstanding(): Generator<number> {
    for (let index = 0; index < this.taken; index += 1)
      if ((this.states[index] as number) < this.wanted(index)) yield index;
  }

  private noteOne(index: number, result: unknown): void {
    if (this.states[index] !== 0) {
      this.wrong(index, `settled again, with ${String(result)}`);
      return;
    }
    if (!isRight(index, this.seed, result)) this.wrong(index, `gave ${String(result)}`);
    this.states[index] = 1;
    this.settled += 1;
  }

  private noteYield(index: number, result: unknown): void {
    const yields = this.states[index] as number;
    if (result instanceof WorkerCrashError && yields > 0 && yields <= YIELDS) {
      this.states[index] = CUT_SHORT;
      this.cutShort += 1;
      if (yields < YIELDS) this.settled += 1;
      return;
    }
    if (yields >= YIELDS || result !== resultOf(index, yields)) {
      this.wrong(index, `yielded ${String(result)} after ${String(yields)} yields`);
      return;
    }
    this.states[index] = yields + 1;
    if (yields + 1 === YIELDS) this.settled += 1;
  }

  private wanted(index: number): number {
    return deedOf(index, this.seed).startsWith('yields') ? YIELDS : 1;
  }

  private wrong(index: number, what: string): void {
    this.problems.add(`${this.name}: item ${String(index)} ${what}`);
  }
}

/** Whether an item that does not yield may have given this. */
export function isRight(index: number, seed: number, result: unknown): boolean {
  if (deedOf(index, seed) !== 'fails') return result === resultOf(index);
  return (
    result instanceof TaskError && result.index === index && (result.cause as Error).message === `item ${String(index)}`
  );
}
