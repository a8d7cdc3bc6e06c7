import { currentTask, registerError, transfer } from '../../../../src/worker.ts';

/** An error with a code. */
export class OddError extends Error {
  override readonly name = 'OddError';
  readonly code: number;

  constructor(code: number) {
    super(`odd: ${String(code)}`);
    this.code = code;
  }
}
registerError({ OddError });

export const double = (n: number): number => n * 2;
export const isInWorker = (): boolean => typeof document === 'undefined';
export const name = (): string => 'images';

export function* upTo(n: number): Generator<number> {
  for (let i = 0; i < n; i += 1) yield i;
}
export async function* slowlyUpTo(n: number): AsyncGenerator<number> {
  for (let i = 0; i < n; i += 1) {
    await Promise.resolve();
    yield i;
  }
}

export const invert = (buffer: ArrayBuffer): ArrayBuffer => {
  const bytes = new Uint8Array(buffer);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = 255 - (bytes[i] ?? 0);
  return transfer(buffer, [buffer]);
};

export const wait = (ms: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      resolve(ms);
    }, ms);
    currentTask()?.signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new Error('told to stop'));
    });
  });

/** Waits, and does not hear that it is told to stop. */
export const doze = (ms: number): Promise<number> =>
  new Promise((resolve) =>
    setTimeout(() => {
      resolve(ms);
    }, ms),
  );

export const loop = (n: number): number => {
  let sum = 0;
  if (n < 0) for (;;) sum += Math.random();
  return sum + n;
};

export const attempts = (): number => {
  const { attempt = 0 } = currentTask() ?? {};
  if (attempt < 3) throw new Error('again');
  return attempt;
};

export const refuse = (kind: string): never => {
  if (kind === 'odd') throw new OddError(7);
  if (kind === 'dom') throw new DOMException('no', 'AbortError');
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- the specs are about that.
  if (kind === 'nothing') throw undefined;
  throw new TypeError('a type', { cause: new RangeError('a cause') });
};

export const unsendable = (): object => ({ act: () => 1 });

/** Ends its worker at the first attempt, in one of the ways in which a worker ends by itself. */
export const die = async (way: string): Promise<number> => {
  const { attempt = 0 } = currentTask() ?? {};
  if (attempt > 1) return attempt;
  if (way === 'throw')
    setTimeout(() => {
      throw new RangeError('stray');
    });
  else if (way === 'reject') void Promise.reject(new RangeError('stray'));
  else close();
  return new Promise(() => undefined);
};

/** Says to the page that it runs, and waits. */
export const announce = (ms: number): Promise<number> => {
  postMessage('it runs');
  return wait(ms);
};

/** Posts messages that the library does not know, beside its own. */
export const babble = (n: number): number => {
  for (const message of ['text', null, 5, [], {}, { rxjsParallel: 'nothing' }, { rxjsParallel: 'answer', id: 1e9 }])
    postMessage(message);
  return n;
};

/** A class that counts the batches it has seen. */
export class Batches {
  private count: number;

  constructor(start: number) {
    this.count = start;
  }

  *process(batch: readonly number[]): Generator<string> {
    this.count += 1;
    for (const n of batch) yield `${String(this.count > 0)} ${String(n)}`;
  }
}

/** Gives its item back. While some run, their worker receives a message that cannot be read, as one of the program may be. */
export const disturbed = async (n: number): Promise<number> => {
  if (n % 3 === 0) dispatchEvent(new MessageEvent('messageerror'));
  await wait(n % 2 === 0 ? 20 : 60);
  return n;
};
