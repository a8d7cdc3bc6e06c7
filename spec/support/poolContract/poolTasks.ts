import { appendFileSync, readFileSync } from 'node:fs';
import { currentTask } from '../../../src/worker.ts';
import { until } from '../until.ts';

/** The item that a task goes on with until it is told to stop. */
export const HANG = 'hang';

export const double = (n: number): number => n * 2;
export const same = <T>(value: T): T => value;
export const withArgs = (n: number, table: ReadonlyMap<number, string>, end: string): string =>
  `${table.get(n) ?? ''}${end}`;
export const whoAmI = (): unknown => [currentTask()?.index, currentTask()?.attempt];
export const giveFunction = (n: number): unknown => (n === 2 ? () => n : n);
export const sizeOf = ({ byteLength }: ArrayBuffer): number => byteLength;
export const typeOf = (value: unknown): string => typeof value;
export const thirdsAsText = (n: number): number | string => (n % 3 === 2 ? String(n) : n);
export const indexOf = (): number | undefined => currentTask()?.index;
export const sameLater = <T>(value: T): Promise<T> => Promise.resolve(value);

/** Fails on every third number. */
export const failOnThirds = (n: number): number => {
  if (n % 3 === 2) throw new RangeError(`${String(n)} is bad`);
  return n * 2;
};

export const failUntil = (attempt: number): number | undefined => {
  if ((currentTask()?.attempt ?? 0) < attempt) throw new RangeError('not yet');
  return currentTask()?.attempt;
};

export const throwRich = (): never => {
  throw Object.assign(new RangeError('rich', { cause: new TypeError('the cause') }), { code: 'E_RICH', at: [1, 2n] });
};

const thrown: Readonly<Record<string, unknown>> = { undefined, null: null, zero: 0, empty: '', text: 'text' };
export const throwNamed = (name: string): never => {
  throw thrown[name];
};

export function* countTo(n: number): Generator<number> {
  for (let step = 1; step <= n; step += 1) yield step;
}

export async function* countLater(n: number): AsyncGenerator<number> {
  for (let step = 1; step <= n; step += 1) yield await Promise.resolve(step);
}

export function* countAndThrow(n: number): Generator<number> {
  yield* countTo(n);
  throw new RangeError('after its yields');
}

/** Fails on 0 at first, and yields more often than it is asked to at once else. */
export function* yieldUnlessFirst(n: number): Generator<number> {
  if (n === 0 && currentTask()?.attempt === 1) throw new RangeError('not yet');
  yield* countTo(100 + n);
}

/** Yields without end, and notes how far it has come, and when it is closed. */
export function* count(_item: unknown, file: string): Generator<number> {
  try {
    for (let step = 1; ; step += 1) {
      appendFileSync(file, `${String(step)}\n`);
      yield step;
    }
  } finally {
    appendFileSync(file, 'closed\n');
  }
}

/** Notes that it has begun, and that it is told to stop. For pools in virtual time, which have to wait by themselves. */
export const note = (what: unknown, file: string): unknown => {
  currentTask()?.signal.addEventListener('abort', () => {
    appendFileSync(file, 'told to stop\n');
  });
  appendFileSync(file, 'begun\n');
  return what;
};

/** The same, and waits by itself. */
export const noteAndWait = async (what: unknown, file: string): Promise<unknown> => {
  const { signal } = currentTask() ?? {};
  note(what, file);
  if (what === HANG)
    await new Promise((_, reject) => {
      signal?.addEventListener('abort', reject);
    });
  return what;
};

/** Notes that it has begun, and waits for the file to say that it goes on. */
export const noteUntil = async (what: unknown, file: string): Promise<unknown> => {
  appendFileSync(file, 'begun\n');
  await until(() => readFileSync(file, 'utf8').includes('go on\n'));
  return what;
};

/** Never gives its thread back, if the item says so. */
export const loop = (what: unknown, file: string): unknown => {
  appendFileSync(file, 'begun\n');
  while (what === HANG);
  return what;
};

/** Ends its worker until the attempt that is given, and then says which it is. */
export const dieUntil = (attempt: number): number | undefined => {
  if ((currentTask()?.attempt ?? 0) < attempt) process.exit(3);
  return currentTask()?.attempt;
};

/** Ends its worker on one item. */
export const dieOn250 = (n: number): number => {
  if (n === 250) process.exit(3);
  return n;
};

/** Ends its worker when it is told to stop. */
export const dieWhenTold = async (_item: unknown, file: string): Promise<void> => {
  currentTask()?.signal.addEventListener('abort', () => process.exit(3));
  appendFileSync(file, 'begun\n');
  await new Promise(() => undefined);
};

/** Adds what comes, from where it is told to begin: to be made once per worker and run. */
export class Total {
  private total: number;

  constructor(first: number) {
    this.total = first;
  }

  *process(batch: readonly number[]): Generator<number> {
    for (const n of batch) yield (this.total += n);
  }
}
