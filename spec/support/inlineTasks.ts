/* eslint-disable @typescript-eslint/unbound-method -- Methods taken from their objects are what it is about. */
// Compiled in many ways by inline.spec.ts, and sent as source text. Each task is given 3, each processor [1, 2].

import { currentTask } from '../../src/worker.ts';

export const arrow = (n: number): number => n * 2;

export const withDefaults = (n: number, { factor = 2, ...rest }: { factor?: number; more?: number } = {}): number =>
  n * factor + Object.keys(rest).length;

export const nested = (n: number): string => {
  const double = (m: number): number => m * 2;
  function triple(m: number): number {
    return m * 3;
  }
  class Box {
    readonly held = double(n);
  }
  return `${String(new Box().held)} ${String(triple(n))} ${double.name}`;
};

export const spread = (n: number): object => {
  const half = { n, half: n / 2 };
  const { n: whole, ...rest } = { ...half, whole: true };
  return { ...rest, whole, all: [...[n, n]] };
};

export const globals = (n: number): string =>
  [new URL(`https://example.org/${String(n)}`).pathname, structuredClone({ n }).n, Math.max(n, 1)].join();

export const modern = (n?: { a?: number } | number): string => {
  let some = typeof n === 'object' ? n.a : undefined;
  some ??= Number(n);
  return `${String(some)} ${[1, 2].at(-1)?.toFixed(1) ?? ''}`;
};

export const own = (n: number): string => `${String(n)} is item ${String(currentTask()?.index)}`;

export const tagged = (n: number): string => String.raw`\n${n}`;

export function declared(n: number): number {
  return n < 1 ? 1 : n * declared(n - 1);
}

export async function asynchronous(n: number): Promise<number> {
  await Promise.resolve();
  const { join } = await import('node:path');
  return join('a', 'b').length * n;
}

export const asyncArrow = async (n: number): Promise<number> => (await Promise.resolve(n)) * 2;

export function* generator(n: number): Generator<number> {
  yield n;
  yield* [n, n + 1];
}

export async function* asyncGenerator(n: number): AsyncGenerator<number> {
  for await (const m of generatorOf(n)) yield m;
  async function* generatorOf(first: number): AsyncGenerator<number> {
    yield* [first, await Promise.resolve(first + 1)];
  }
}

const methods = {
  method(n: number): number {
    return n * 2;
  },
  async asyncMethod(n: number): Promise<number> {
    return (await Promise.resolve(n)) * 2;
  },
  *generatorMethod(n: number): Generator<number> {
    yield n;
  },
  ['computed' + 'Method'](n: number): number {
    return n * 3;
  },
};
export const { method, asyncMethod, generatorMethod, computedMethod } = methods as typeof methods & {
  computedMethod: (n: number) => number;
};

export class Plain {
  private readonly offset: number;
  constructor(offset = 10) {
    this.offset = offset;
  }
  process(batch: readonly number[]): number[] {
    return batch.map((n) => n + this.offset);
  }
}

export class Fields {
  offset = 10;
  readonly add = (n: number): number => n + this.offset;
  *process(batch: readonly number[]): Generator<number> {
    for (const n of batch) yield this.add(n);
  }
}

export class Private {
  #offset = 10;
  #add(n: number): number {
    return n + this.#offset;
  }
  *process(batch: readonly number[]): Generator<number> {
    for (const n of batch) yield this.#add(n);
  }
}

export class Static {
  static offset = 10;
  static add(n: number): number {
    return n + Static.offset;
  }
  *process(batch: readonly number[]): Generator<number> {
    for (const n of batch) yield Static.add(n);
  }
}

export class Child extends Map<string, number> {
  constructor() {
    super([['offset', 10]]);
  }
  *process(batch: readonly number[]): Generator<number> {
    for (const n of batch) yield n + (super.get('offset') ?? 0);
  }
}
