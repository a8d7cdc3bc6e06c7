/** A table that threads share, on which tasks note what they see of each other. */
export type Board = Int32Array;

/** What a task does, and of which key it is. */
export interface Work {
  readonly n: number;
  readonly key: number;
  /** Microseconds of the processor, before all else. */
  readonly busy: number;
  /** Turns of the event loop that it waits; with none it is synchronous. */
  readonly turns: number;
  readonly fails: boolean;
}

export const KEYS = 3;
const [AT_WORK, MOST, TOGETHER, OUT_OF_ORDER, OF_KEY] = [0, 1, 2, 3, 4];

/** A board where nothing has been noted. */
export const newBoard = (): Board => {
  const board = new Int32Array(new SharedArrayBuffer(4 * (OF_KEY + 2 * KEYS)));
  return board.fill(-1, OF_KEY + KEYS);
};

/**
 * The record of a run: the maximum number of tasks at once, and how often two tasks of a key ran together, or out of order.
 */
export const notesOf = (board: Board): { max: number; together: number; outOfOrder: number } => ({
  max: board[MOST] ?? NaN,
  together: board[TOGETHER] ?? NaN,
  outOfOrder: board[OUT_OF_ORDER] ?? NaN,
});

/**
 * Works, and notes what is at work beside it.
 *
 * @param board - That of its run.
 * @param ofPool - That of all runs on its pool: how many are at work.
 */
export const work = (
  { n, key, busy, turns, fails }: Work,
  board: Board,
  ofPool = newBoard(),
): number | Promise<number> => {
  for (const one of [board, ofPool]) countIn(one);
  if (Atomics.add(board, OF_KEY + key, 1) > 0) Atomics.add(board, TOGETHER, 1);
  if (Atomics.exchange(board, OF_KEY + KEYS + key, n) > n) Atomics.add(board, OUT_OF_ORDER, 1);

  const until = performance.now() + busy / 1000;
  while (performance.now() < until);
  const end = (): number => {
    Atomics.sub(board, OF_KEY + key, 1);
    for (const one of [board, ofPool]) Atomics.sub(one, AT_WORK, 1);
    if (fails) throw new RangeError(`${String(n)} is bad`);
    return 10 * n;
  };
  return turns === 0 ? end() : wait(turns).then(end);
};

function countIn(board: Board): void {
  const atWork = Atomics.add(board, AT_WORK, 1) + 1;
  let most = Atomics.load(board, MOST);
  while (atWork > most) most = Atomics.compareExchange(board, MOST, most, atWork);
}

async function wait(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
