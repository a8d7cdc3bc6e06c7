import { appendFileSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import v8 from 'node:v8';
import { isMainThread, parentPort, threadId } from 'node:worker_threads';
import workerpool from 'workerpool';
import { currentTask, transfer } from '../../src/worker.ts';

export interface Place {
  readonly pid: number;
  readonly threadId: number;
  readonly isMainThread: boolean;
}

export const double = (n: number): number => n * 2;
export const same = <T>(value: T): T => value;
export const whereAmI = (): Place => ({ pid: process.pid, threadId, isMainThread });
export const waitFor = async (ms: number): Promise<number> => {
  await sleep(ms);
  return ms;
};
/** Takes so many milliseconds, also where it is told to stop, and notes its start and its end. */
export const ignoreStop = async (ms: number, file: string): Promise<void> => {
  appendFileSync(file, 'start\n');
  await sleep(ms);
  appendFileSync(file, 'end\n');
};
/** Takes so many milliseconds, or is over at once. */
export const waitOrNot = (ms: number): number | Promise<number> => (ms === 0 ? ms : waitFor(ms));
/** Notes that it runs. */
export const noteRun = (n: number, file: string): number => {
  appendFileSync(file, `${String(n)}\n`);
  return n;
};
export const forever = (): Promise<void> => sleep(2 ** 30);
export const loop = (): never => {
  for (;;);
};

export const loggedLoop = (_item: unknown, file: string): never => {
  appendFileSync(file, 'start\n');
  return loop();
};

/** Throws until the attempt that is given, and then says which it is. */
export const throwUntil = (attempt: number): number => {
  if ((currentTask()?.attempt ?? 0) < attempt) throw new Error('not yet');
  return attempt;
};

/** Ends its worker until the attempt that is given, and then says which it is. */
export const dieUntil = (attempt: number): number => {
  const task = currentTask();
  if (task !== undefined && task.attempt < attempt) process.exit(3);
  return task?.attempt ?? 0;
};

/** Ends its worker at the first attempt, throws at the second, and says at the third which it is. */
export const dieThenThrow = (): number => {
  const { attempt } = currentTask() ?? { attempt: 0 };
  if (attempt === 1) process.exit(3);
  if (attempt === 2) throw new RangeError('the second try');
  return attempt;
};

/** Notes that it runs, and ends its worker on a negative number. */
export const noteAndDie = (n: number, file: string): number => {
  appendFileSync(file, `${String(n)}\n`);
  if (n < 0) process.exit(3);
  return n;
};

/** Notes its key, its place among those of the key, and its attempt. Ends its worker at the first attempt, if it has to. */
export const noteKeyAndDie = ([key, place, dies]: readonly [string, number, boolean], file: string): number => {
  const attempt = currentTask()?.attempt ?? 0;
  appendFileSync(file, `${key}${String(place)} ${String(attempt)}\n`);
  if (dies && attempt === 1) process.exit(3);
  return place;
};

/** Where it runs, in a few letters. */
export const workerId = (): string => `${String(process.pid)} ${String(threadId)}`;

export const noteBoot = (file: string): void => {
  appendFileSync(file, 'boot\n');
};

/** Notes that its worker boots, and takes its time. */
export const bootSlowly = async (file: string): Promise<void> => {
  appendFileSync(file, 'boot\n');
  await sleep(200);
};

/** Says where it runs, on odd numbers only when so many workers have booted. */
export const afterBoots = async (n: number, file: string): Promise<string> => {
  const boots = (): number => readFileSync(file, 'utf8').split('boot').length - 1;
  while (n % 2 === 1 && boots() < (n + 1) / 2 + 1) await sleep(1);
  return workerId();
};

/** Notes its beginning and its end, and takes 100 ms for the first try, which it does not let itself be told to stop. */
export const lateAtFirst = (n: number, file: string): number => {
  appendFileSync(file, 'begin\n');
  const until = performance.now() + (currentTask()?.attempt === 1 ? 100 : 0);
  while (performance.now() < until);
  appendFileSync(file, 'end\n');
  return n;
};

export const sizeThenDie = (bytes: ArrayBuffer): number => process.exit(bytes.byteLength);

/** Yields once, unless it ends its worker before, as it does at the first attempt. */
export function* dieBeforeYield(): Generator<number> {
  if (currentTask()?.attempt === 1) process.exit(3);
  yield currentTask()?.attempt ?? 0;
}

/** Acts on some items, as they say, and gives the others back. */
export const act = async (what: string | number): Promise<unknown> => {
  if (typeof what === 'number') return what;
  switch (what) {
    case 'throw':
      throw new RangeError('thrown on demand');
    case 'exit':
      return process.exit(7);
    case 'SIGKILL':
    case 'SIGSEGV':
    case 'SIGABRT':
      process.kill(process.pid, what);
      return forever();
    case 'uncaught':
      setTimeout(() => {
        throw new RangeError('nobody caught me');
      });
      return forever();
    case 'floating':
      void Promise.reject(new RangeError('nobody waited for me'));
      return what;
    case 'oom': {
      const hoard: number[][] = [];
      for (;;) hoard.push(new Array<number>(1e5).fill(hoard.length));
    }
    case 'function':
      return () => what;
    case 'loop':
      return loop();
    case 'hang':
      return forever();
    default:
      return what;
  }
};

/** The same without a promise. */
export const actNow = (what: string | number): unknown => {
  if (what === 'exit') return process.exit(7);
  if (what === 'throw') throw new RangeError('thrown on demand');
  if (what === 'loop') return loop();
  return what;
};

export const nest = (depth: number): unknown => {
  let nested: unknown = null;
  for (let level = 0; level < depth; level += 1) nested = [nested];
  return nested;
};

export const depth = (nested: unknown): number => {
  let levels = 0;
  for (let inner = nested; Array.isArray(inner); inner = inner[0] as unknown) levels += 1;
  return levels;
};

/**
 * Values that can be written but not read: a module of WebAssembly by a process, deep nesting by a thread with a smaller
 * stack.
 */
const unreadable = (): unknown =>
  isMainThread ? new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])) : nest(8000);

/** Gives some items back as what the pool's side cannot read. */
export const giveUnreadable = (what: string | number): unknown => (what === 'unreadable' ? unreadable() : what);

/** Yields twice, the second time what cannot be read if the item says so. */
export function* yieldUnreadable(what: string | number): Generator {
  yield 1;
  yield what === 'unreadable' ? unreadable() : what;
}

/** The same, and waits before it goes on without end. */
export async function* yieldUnreadableFirst(what: string | number, file: string): AsyncGenerator {
  try {
    yield unreadable();
    await sleep(10);
    for (;;) yield what;
  } finally {
    appendFileSync(file, 'closed\n');
  }
}

export function* yieldUnreadables(times: number): Generator {
  for (let n = 0; n < times; n += 1) yield unreadable();
  yield 'end';
}

export async function* yieldUnreadableThenHang(): AsyncGenerator {
  yield unreadable();
  await forever();
}

export const throwUnreadable = (): never => {
  throw Object.assign(new RangeError('with a property'), { odd: unreadable() });
};

class OddError extends TypeError {
  readonly code = 'E_ODD';
  readonly details = new Map([['n', 1n]]);
}

export const throwRich = (): never => {
  const error = new OddError('odd', { cause: new RangeError('the cause') });
  error.name = 'OddError';
  throw error;
};

const thrown: Record<string, unknown> = { undefined: undefined, null: null, zero: 0, empty: '', false: false };
export const throwNamed = (name: string): never => {
  throw thrown[name];
};

/** Appends a line to a file when the task starts, and another when its signal aborts. */
export const logged = async (ms: number, file: string): Promise<number> => {
  appendFileSync(file, 'start\n');
  const { signal } = currentTask() ?? {};
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    appendFileSync(file, 'aborted\n');
    throw error;
  }
  return threadId;
};

/** Ends its worker when it is told to stop. */
export const dieWhenStopped = async (_item: unknown, file: string): Promise<void> => {
  currentTask()?.signal.addEventListener('abort', () => process.exit(3));
  appendFileSync(file, 'start\n');
  await forever();
};

export const task = (): { index: number | undefined; attempt: number | undefined } => ({
  index: currentTask()?.index,
  attempt: currentTask()?.attempt,
});

export function* countTo(n: number): Generator<number> {
  for (let i = 1; i <= n; i += 1) yield i;
}

/** Yields without end, and writes to a file how far it has come, and when it is closed. */
export function* endless(_item: unknown, file: string): Generator<number> {
  try {
    for (let i = 0; ; i += 1) {
      appendFileSync(file, `${String(i)}\n`);
      yield i;
    }
  } finally {
    appendFileSync(file, 'closed\n');
  }
}

/** Takes so long that it is asked for more. */
export async function* countSlowly(n: number): AsyncGenerator<number> {
  for (let i = 0; i < n; i += 1) {
    await sleep(5);
    yield i;
  }
}

export async function* slowly(ms: number): AsyncGenerator<number> {
  for (let i = 0; ; i += 1) {
    await sleep(ms);
    yield i;
  }
}

export function* yieldsThenThrows(): Generator<number> {
  yield 1;
  throw new RangeError('after a yield');
}

export async function* yieldsThenHangs(n: number): AsyncGenerator<number> {
  yield n;
  await forever();
}

export async function* yieldsFunctionSlowly(): AsyncGenerator {
  yield () => 1;
  await sleep(100);
  yield 2;
}

export function* yieldsFunctions(): Generator {
  for (let n = 0; n < 5; n += 1) yield () => n;
}

export function* yieldsFunctionThenThrows(): Generator {
  yield 1;
  yield () => 2;
  throw new RangeError('after a yield');
}

/** Returns in time, but leaves something that holds the worker up after the results have been sent. */
export const leavesALoop = (ms: number): number => {
  const loop = (): void => {
    const until = performance.now() + ms;
    while (performance.now() < until);
  };
  setImmediate(() => setImmediate(loop));
  return ms;
};

/** Leaves a loop of so many milliseconds behind, or counts so far. */
export const loopOrCount = (n: number): unknown => (n < 0 ? leavesALoop(-n) : countSlowly(n));

/** Says things to the parent that are none of the pool's. */
export const sayOdd = (n: number): number => {
  for (const odd of [null, undefined, 'ready', 'odd', 5, { id: 'odd' }, {}])
    if (parentPort !== null) parentPort.postMessage(odd);
    else if (odd !== undefined) process.send?.(odd);
  return n;
};

/** Numbers what it tells its parent. */
export const tellNumbered = async (id: number): Promise<string> => {
  const messages = [
    { id, percent: 50 },
    { id, error: 'none' },
    { id, result: 'none' },
    { id, method: 'none' },
  ];
  for (const message of messages)
    if (parentPort === null) process.send?.(message);
    else parentPort.postMessage(message);
  await sleep(2);
  return `result of ${String(id)}`;
};

/** Emits as the pool's side of a worker does. */
export const emitOdd = (n: number): number => {
  const skipping = { kind: 'settled', from: 2, values: ['odd'] };
  for (const odd of ['odd', null, 5, {}, { kind: 'odd' }, isMainThread ? v8.serialize(skipping) : skipping])
    workerpool.workerEmit(odd);
  return n;
};

/** Ends its worker without an exit report. */
export const dieSilently = (bytes: ArrayBuffer, file: string): never => {
  appendFileSync(file, `${String(bytes.byteLength)}\n`);
  return (process as unknown as { reallyExit(code: number): never }).reallyExit(7);
};

/** Leaves a loop behind that its worker never comes out of. */
export const leaveLoop = (n: number): number => {
  setTimeout(loop, 20);
  return n;
};

/** Prints so much that a pipe is full, and ends its worker. */
export const printAndExit = (lines: number): never => {
  for (let line = 0; line < lines; line += 1) console.error(`line ${String(line)} ${'.'.repeat(200)}`);
  console.error('the last line');
  return process.exit(5);
};

/** Yields what cannot be sent, and takes its time to end. */
export function* yieldFunctionAndEnd(ms: number): Generator {
  try {
    yield () => 1;
  } finally {
    const until = performance.now() + ms;
    while (performance.now() < until);
  }
}

/** Yields what cannot be sent, and takes its time to end, if it is asked to. */
export const yieldBadly = (ms: number): unknown => (ms > 0 ? yieldFunctionAndEnd(ms) : ms);

/** Notes when its signal aborts, even long after it has settled; hangs when it is the last. */
export const noteAbort = async (n: number, file: string): Promise<number> => {
  currentTask()?.signal.addEventListener('abort', () => {
    appendFileSync(file, `${String(n)}\n`);
  });
  if (n === 3) await forever();
  return n;
};

/** Runs until it is told to stop. */
export const runUntilStopped = (): Promise<void> =>
  new Promise((resolve) => {
    currentTask()?.signal.addEventListener('abort', () => {
      resolve();
    });
  });

/** Complains, and ends its worker if it is asked to. */
export const complain = async (n: number): Promise<number> => {
  if (n === 0) console.error('TypeError: of item 0');
  // So that what was printed is read before the next item is sent.
  await sleep(50);
  return n === 1 ? process.exit(7) : n;
};

/** Leaves its parent without a word. */
export const hangUp = async (what: string | number): Promise<unknown> => {
  if (typeof what === 'number') return what;
  if (parentPort === null) process.disconnect();
  else parentPort.close();
  return isMainThread ? forever() : new Promise(() => undefined);
};

/** Ends the worker a little later, when it may have other work, or none. */
export const dieLater = (ms: number): void => {
  setTimeout(() => process.exit(4), ms);
};

/** Exits, with an exit handler that throws. */
export const exitBadly = (n: number): number => {
  process.on('exit', () => {
    throw new RangeError('not so fast');
  });
  if (n === 1) process.exit(6);
  return n;
};

/** Exits, but never gets to its end. */
export const exitForEver = (): never => {
  process.on('exit', loop);
  return process.exit(6);
};

export function* yieldsFunction(): Generator {
  yield 1;
  yield () => 2;
}

/** Yields, then ends its worker without an exit report. */
export async function* yieldsThenDies(n: number): AsyncGenerator<number> {
  yield n;
  if (n !== 2) return;
  await sleep(100);
  if (isMainThread) process.kill(process.pid, 'SIGKILL');
  const hoard: number[][] = [];
  for (;;) hoard.push(new Array<number>(1e5).fill(hoard.length));
}

export const bytes = (buffer: ArrayBuffer): number => buffer.byteLength;
export const make = (length: number): Uint8Array => {
  const array = new Uint8Array(length).fill(1);
  return transfer(array, [array.buffer]);
};

/** Gives bytes that it keeps as well, unless they are moved. */
let kept = new Uint8Array();
export const giveAndKeep = (length: number): Uint8Array => {
  kept = new Uint8Array(length).fill(1);
  return transfer(kept, [kept.buffer]);
};
export const keptBytes = (): number => kept.byteLength;

/** Appends to a file on which thread it is, and stays there until it is told to stop. */
export const stayOnThread = async (_item: unknown, file: string): Promise<never> => {
  const { signal } = currentTask() ?? {};
  appendFileSync(file, `${String(threadId)}\n`);
  await sleep(2 ** 30, undefined, { signal });
  return forever() as Promise<never>;
};

let initialized = 0;
export const initialize = (by: number): void => {
  initialized += by;
};
export const isInitialized = (): number => initialized;
export const failToInitialize = (): never => {
  throw new RangeError('not today');
};

export const stamp = (): number => performance.timeOrigin + performance.now();
export const print = (n: number): void => {
  for (let line = 0; line < 50; line += 1) console.log(`line ${String(line)} of ${String(n)}`);
};

export const env = (name: string): string | undefined => process.env[name];
export const flags = (): readonly string[] => process.execArgv;
export const read = (item: { readonly n: number }, table: ReadonlyMap<number, string>): string | undefined =>
  table.get(item.n);

export class Adder {
  private readonly a: number;

  constructor(a: number) {
    this.a = a;
  }

  async *process(batch: readonly number[]): AsyncGenerator<number> {
    for (const k of batch) {
      await sleep(Math.random() * 20);
      yield k + this.a;
    }
  }
}
export const notAFunction = 5;
