import { Readable } from 'node:stream';
import { expectTypeOf } from 'expect-type';
import { from, map, of, Subject, toArray, type Observable, type OperatorFunction } from 'rxjs';
import {
  bgTask,
  inOrder,
  LocalPool,
  parallel,
  parallel$,
  parallelAsync,
  parallelGen,
  parallelIterable,
  parallelMap,
  runProcs$,
  startProc$,
  startThread$,
  tasks,
  threaded$,
  values,
  type Indexed,
  type ParallelAsyncConfig,
  type ParallelConfig,
  type ParallelError,
  type ParallelGenConfig,
  type Progress,
  type Started,
} from '../../src/index.ts';

const double = (n: number): number => n * 2;
const load = (url: string): Promise<Uint8Array> => Promise.resolve(new Uint8Array(url.length));
const words = function* (line: string): Generator<string> {
  yield* line.split(' ');
};
const pages = async function* (url: string): AsyncGenerator<{ html: string }, string> {
  yield await Promise.resolve({ html: url });
  return 'ignored';
};
const scale = (n: number, factor: number, label: string): string => label + String(n * factor);
const rounded = (n: number, digits = 0): string => n.toFixed(digits);
const numbers: number[] = [];
const number$ = from(numbers);
const text$ = of('text');

// ---- results: of plain, async, generator and async generator tasks

expectTypeOf(parallelMap(double)).toEqualTypeOf<OperatorFunction<number, Indexed<number>>>();
expectTypeOf(number$.pipe(parallelMap(double))).toEqualTypeOf<Observable<Indexed<number>>>();
expectTypeOf(text$.pipe(parallelMap(load))).toEqualTypeOf<Observable<Indexed<Uint8Array>>>();
expectTypeOf(text$.pipe(parallelMap(words))).toEqualTypeOf<Observable<Indexed<string>>>();
expectTypeOf(text$.pipe(parallelMap(pages))).toEqualTypeOf<Observable<Indexed<{ html: string }>>>();
expectTypeOf(parallel(double, numbers)).toEqualTypeOf<Promise<number[]>>();
expectTypeOf(parallel(load, ['url'])).toEqualTypeOf<Promise<Uint8Array[]>>();
expectTypeOf(parallel(words, ['a line'])).toEqualTypeOf<Promise<string[]>>();
expectTypeOf(parallel(pages, ['url'])).toEqualTypeOf<Promise<{ html: string }[]>>();
expectTypeOf(parallel$(words, ['a line'])).toEqualTypeOf<Observable<Indexed<string>>>();
expectTypeOf(parallelIterable(pages, ['url'])).toEqualTypeOf<AsyncIterableIterator<Indexed<{ html: string }>>>();
expectTypeOf(parallelAsync(load, ['url'])).toEqualTypeOf<Promise<Uint8Array[]>>();

// An array is a result, and so is anything else that can be iterated but is no generator.
expectTypeOf(number$.pipe(parallelMap((x: number) => [x]))).toEqualTypeOf<Observable<Indexed<number[]>>>();
expectTypeOf(parallel((x: number) => new Set([x]), numbers)).toEqualTypeOf<Promise<Set<number>[]>>();
expectTypeOf(parallel((x: number) => new Map([[x, 'a']]), numbers)).toEqualTypeOf<Promise<Map<number, string>[]>>();
expectTypeOf(parallel((x: number) => [x] as const, numbers)).toEqualTypeOf<Promise<(readonly [number])[]>>();

// Either of two, nothing, and what never comes.
expectTypeOf(parallel((x: number) => (x > 0 ? x : 'none'), numbers)).toEqualTypeOf<Promise<(number | 'none')[]>>();
expectTypeOf(parallel((x: number) => (x > 0 ? x : undefined), numbers)).toEqualTypeOf<
  Promise<(number | undefined)[]>
>();
expectTypeOf(parallel(() => undefined, numbers)).toEqualTypeOf<Promise<undefined[]>>();

// ---- lambdas without annotations

expectTypeOf(number$.pipe(parallelMap((n) => n.toFixed(2)))).toEqualTypeOf<Observable<Indexed<string>>>();
expectTypeOf(number$.pipe(parallelMap(async (n) => Promise.resolve(n.toFixed(2))))).toEqualTypeOf<
  Observable<Indexed<string>>
>();
expectTypeOf(
  number$.pipe(
    parallelMap(function* (n) {
      yield n.toFixed(2);
    }),
  ),
).toEqualTypeOf<Observable<Indexed<string>>>();
expectTypeOf(number$.pipe(parallelMap((n) => [n, n.toFixed()] as const, { workers: 2 }))).toEqualTypeOf<
  Observable<Indexed<readonly [number, string]>>
>();
expectTypeOf(parallel((n) => n.toFixed(2), numbers)).toEqualTypeOf<Promise<string[]>>();
expectTypeOf(parallel(async (n) => Promise.resolve([n]), numbers, { ordered: true })).toEqualTypeOf<
  Promise<number[][]>
>();
expectTypeOf(parallel$((n) => ({ n }), number$)).toEqualTypeOf<Observable<Indexed<{ n: number }>>>();
expectTypeOf(parallelIterable((word) => word.length, new Set(['a']))).toEqualTypeOf<
  AsyncIterableIterator<Indexed<number>>
>();
expectTypeOf(parallelAsync(async (n) => Promise.resolve(n + 1), numbers)).toEqualTypeOf<Promise<number[]>>();
expectTypeOf(
  number$.pipe(
    parallelMap((n) => n.toFixed(2)),
    map(([, text]) => text.length),
    toArray(),
  ),
).toEqualTypeOf<Observable<number[]>>();

// ---- items

async function* later(): AsyncGenerator<number> {
  yield await Promise.resolve(1);
}
expectTypeOf(parallel((n) => n, new Set(numbers))).toEqualTypeOf<Promise<number[]>>();
expectTypeOf(parallel(([key]) => key, new Map<string, number>())).toEqualTypeOf<Promise<string[]>>();
expectTypeOf(parallel((n) => n, numbers.values())).toEqualTypeOf<Promise<number[]>>();
expectTypeOf(parallel((n) => n, later())).toEqualTypeOf<Promise<number[]>>();
expectTypeOf(parallel((n) => n, new Subject<number>())).toEqualTypeOf<Promise<number[]>>();
expectTypeOf(parallel((letter) => letter.length, 'abc')).toEqualTypeOf<Promise<number[]>>();
expectTypeOf(parallel((chunk) => chunk, new ReadableStream<string>())).toEqualTypeOf<Promise<string[]>>();
expectTypeOf(parallel((n) => n, Object.freeze([1, 2] as const))).toEqualTypeOf<Promise<(1 | 2)[]>>();
expectTypeOf(parallel((line: string) => line.length, new Readable())).toEqualTypeOf<Promise<number[]>>();
// @ts-expect-error -- numbers are no text
void parallel(load, numbers);
// @ts-expect-error -- nor in a pipe
void number$.pipe(parallelMap(load));
// @ts-expect-error -- a promise of items is none
void parallel(double, Promise.resolve(numbers));
// @ts-expect-error -- nor is a number
void parallel(double, 5);

// ---- onError

expectTypeOf(number$.pipe(parallelMap(double, { onError: 'return' }))).toEqualTypeOf<
  Observable<Indexed<number | ParallelError>>
>();
expectTypeOf(parallel(double, numbers, { onError: 'return' })).toEqualTypeOf<Promise<(number | ParallelError)[]>>();
expectTypeOf(parallel$(words, ['a'], { onError: 'return' })).toEqualTypeOf<
  Observable<Indexed<string | ParallelError>>
>();
expectTypeOf(parallelIterable(load, ['a'], { onError: 'return' })).toEqualTypeOf<
  AsyncIterableIterator<Indexed<Uint8Array | ParallelError>>
>();
expectTypeOf(parallelAsync(load, ['a'], { onError: 'return' })).toEqualTypeOf<
  Promise<(Uint8Array | ParallelError)[]>
>();
expectTypeOf(parallel((n) => n.toFixed(), numbers, { onError: 'return', workers: 2 })).toEqualTypeOf<
  Promise<(string | ParallelError)[]>
>();
expectTypeOf(parallel(double, numbers, { onError: 'skip' })).toEqualTypeOf<Promise<number[]>>();
expectTypeOf(parallel(double, numbers, { onError: 'throw' })).toEqualTypeOf<Promise<number[]>>();

// A policy that may be it widens too.
declare const policy: 'throw' | 'return';
declare const maybe: { readonly onError?: 'return'; readonly workers: 2 };
const returning: ParallelConfig<unknown, [], 'return'> = { onError: 'return' };
const asAsked: ParallelConfig<unknown, [], 'throw' | 'return' | 'skip'> = { onError: policy };
const asAskedHere: ParallelAsyncConfig<unknown, [], 'throw' | 'return'> = { onError: policy };
for (const results of [
  parallel(double, numbers, { onError: policy }),
  parallel(double, numbers, maybe),
  parallel(double, numbers, returning),
  parallel(double, numbers, { ...returning, workers: 2 }),
  parallel(double, numbers, asAsked),
  parallelAsync(double, numbers, { onError: policy }),
  parallelAsync(double, numbers, asAskedHere),
])
  expectTypeOf(results).toEqualTypeOf<Promise<(number | ParallelError)[]>>();
expectTypeOf(number$.pipe(parallelMap(double, asAsked))).toEqualTypeOf<Observable<Indexed<number | ParallelError>>>();
expectTypeOf(parallel$(double, numbers, asAsked)).toEqualTypeOf<Observable<Indexed<number | ParallelError>>>();
expectTypeOf(parallelIterable(double, numbers, asAsked)).toEqualTypeOf<
  AsyncIterableIterator<Indexed<number | ParallelError>>
>();
const skipping: ParallelConfig = { onError: 'skip' };
expectTypeOf(parallel(double, numbers, skipping)).toEqualTypeOf<Promise<number[]>>();
// @ts-expect-error -- its type has to say it
expectTypeOf<ParallelConfig>({ onError: 'return' });
// @ts-expect-error -- nor does this
expectTypeOf<ParallelAsyncConfig>({ onError: 'return' });

// ---- args: required where the task has them, and checked

expectTypeOf(number$.pipe(parallelMap(scale, { args: [2, 'x'] }))).toEqualTypeOf<Observable<Indexed<string>>>();
expectTypeOf(parallel(scale, numbers, { args: [2, 'x'], onError: 'return' })).toEqualTypeOf<
  Promise<(string | ParallelError)[]>
>();
expectTypeOf(parallel$(scale, numbers, { args: [2, 'x'] })).toEqualTypeOf<Observable<Indexed<string>>>();
expectTypeOf(parallel((n, factor: number) => n * factor, numbers, { args: [2] })).toEqualTypeOf<Promise<number[]>>();
expectTypeOf(parallel(rounded, numbers)).toEqualTypeOf<Promise<string[]>>();
expectTypeOf(parallel(rounded, numbers, { args: [2] })).toEqualTypeOf<Promise<string[]>>();
expectTypeOf(parallel(rounded, numbers, { args: [] })).toEqualTypeOf<Promise<string[]>>();
const fixed: readonly [number, string] = [2, 'x'];
expectTypeOf(parallel(scale, numbers, { args: fixed })).toEqualTypeOf<Promise<string[]>>();
// @ts-expect-error -- no args
parallelMap(scale);
// @ts-expect-error -- no args among the options
parallelMap(scale, { workers: 2 });
// @ts-expect-error -- too few
parallelMap(scale, { args: [2] });
// @ts-expect-error -- too many
parallelMap(scale, { args: [2, 'x', 3] });
// @ts-expect-error -- a text for a number
parallelMap(scale, { args: ['2', 'x'] });
// @ts-expect-error -- too few
void parallel(scale, numbers, { args: [] });
// @ts-expect-error -- a text for a number
void parallel(scale, numbers, { args: ['2', 'x'] });
// @ts-expect-error -- no args
void parallelAsync(scale, numbers);
// @ts-expect-error -- args for a task that takes none
parallelMap(double, { args: [2] });
// @ts-expect-error -- a text for a number that may be left out
void parallel(rounded, numbers, { args: ['2'] });

// ---- options

parallelMap(double, {
  workers: 0,
  pool: 'process',
  ordered: true,
  chunkSize: 'auto',
  bufferSize: 5,
  pause: 1,
  timeout: Infinity,
  onError: 'skip',
  signal: new AbortController().signal,
  progress: ({ done, etaMs }: Progress) => {
    expectTypeOf(done).toEqualTypeOf<number>();
    expectTypeOf(etaMs).toEqualTypeOf<number | undefined>();
  },
  total: 5,
});
parallelMap(double, { pool: new LocalPool() });
parallelMap((bytes: Uint8Array<ArrayBuffer>) => bytes.length, { transfer: ({ buffer }) => [buffer] });
expectTypeOf(
  parallel((bytes) => bytes.length, [new Uint8Array(1)], { transfer: (bytes) => [bytes.buffer] }),
).toEqualTypeOf<Promise<number[]>>();
void number$.pipe(
  parallelMap(double, {
    progress: (now) => {
      expectTypeOf(now).toEqualTypeOf<Progress>();
    },
  }),
);

// By name, for a task that needs no args; its transfer takes what it says.
const plain: ParallelConfig = { workers: 2, ordered: true };
const moving: ParallelConfig<Uint8Array<ArrayBuffer>> = { transfer: ({ buffer }) => [buffer] };
const scaling: ParallelConfig<number, [number, string]> = { args: [2, 'x'] };
const batches: ParallelGenConfig = { batchSize: 5 };
const local: ParallelAsyncConfig = { workers: 5 };
expectTypeOf(parallel(double, numbers, plain)).toEqualTypeOf<Promise<number[]>>();
expectTypeOf(parallel((n) => n.toFixed(), numbers, plain)).toEqualTypeOf<Promise<string[]>>();
expectTypeOf(parallel(rounded, numbers, plain)).toEqualTypeOf<Promise<string[]>>();
expectTypeOf(parallel$(words, ['a line'], plain)).toEqualTypeOf<Observable<Indexed<string>>>();
expectTypeOf(parallelIterable(load, ['url'], plain)).toEqualTypeOf<AsyncIterableIterator<Indexed<Uint8Array>>>();
expectTypeOf(number$.pipe(parallelMap(double, plain))).toEqualTypeOf<Observable<Indexed<number>>>();
expectTypeOf(parallel(scale, numbers, { ...plain, args: [2, 'x'] })).toEqualTypeOf<Promise<string[]>>();
expectTypeOf(parallelAsync(load, ['url'], local)).toEqualTypeOf<Promise<Uint8Array[]>>();
expectTypeOf(parallelMap((bytes: Uint8Array<ArrayBuffer>) => bytes.length, moving)).toEqualTypeOf<
  OperatorFunction<Uint8Array<ArrayBuffer>, Indexed<number>>
>();
parallelGen((batch: readonly string[]) => batch, batches);
// @ts-expect-error -- no args
void parallel(scale, numbers, plain);
// @ts-expect-error -- no args
parallelMap(scale, plain);
// @ts-expect-error -- args that may be left out, where the task needs them
void parallel(scale, numbers, scaling);
// @ts-expect-error -- args for a task that takes none
void parallel(double, numbers, scaling);
// @ts-expect-error -- it moves other items
parallelMap(double, moving);
// @ts-expect-error -- it has a pool
void parallelAsync(load, ['a'], plain);
// @ts-expect-error -- misspelled
parallelMap(double, { worker: 2 });
// @ts-expect-error -- misspelled beside a right one
void parallel(double, numbers, { workers: 2, order: true });
// @ts-expect-error -- no such policy
parallelMap(double, { onError: 'ignore' });
// @ts-expect-error -- no such pool
parallelMap(double, { pool: 'threads' });
// @ts-expect-error -- a text for a number
parallelMap(double, { workers: '2' });
// @ts-expect-error -- items are numbers
parallelMap(double, { transfer: (item: string) => [new ArrayBuffer(item.length)] });
// @ts-expect-error -- it has no pool
void parallelAsync(load, ['a'], { pool: 'thread' });
// @ts-expect-error -- nor beside another option
void parallelAsync(load, ['a'], { workers: 2, pool: 'thread' });
// @ts-expect-error -- misspelled, and args
parallelMap(scale, { args: [2, 'x'], order: true });
// @ts-expect-error -- of a later version, or another function
parallelMap(double, { workers: 2, batchSize: 5 });

// ---- tasks of a module

const module = tasks<typeof import('../support/tasks.ts')>(new URL('../support/tasks.ts', import.meta.url));

expectTypeOf(number$.pipe(parallelMap(module.double))).toEqualTypeOf<Observable<Indexed<number>>>();
expectTypeOf(parallel(module.waitFor, numbers)).toEqualTypeOf<Promise<number[]>>();
expectTypeOf(parallel(module.waitFor, numbers, { onError: 'return' })).toEqualTypeOf<
  Promise<(number | ParallelError)[]>
>();
// @ts-expect-error -- numbers are no text
void text$.pipe(parallelMap(module.double));
// @ts-expect-error -- no such task
module.dubble;
// @ts-expect-error -- it has arguments
parallelMap(module.loggedLoop);
parallelMap(module.loggedLoop, { args: ['a file'] });
// @ts-expect-error -- a number for a text
parallelMap(module.loggedLoop, { args: [5] });

// ---- parallelGen

class Upper {
  private readonly prefix: string;
  constructor(prefix: string) {
    this.prefix = prefix;
  }
  *process(batch: readonly string[]): Generator<string> {
    for (const text of batch) yield this.prefix + text.toUpperCase();
  }
}
class Lengths {
  async *process(batch: readonly string[]): AsyncGenerator<number> {
    for (const text of batch) yield await Promise.resolve(text.length);
  }
}
class Arrays {
  process(batch: readonly string[]): number[][] {
    return batch.map((text) => [text.length]);
  }
}
interface Processors {
  Upper: typeof Upper;
  Lengths: typeof Lengths;
  lengths: (batch: readonly string[]) => Generator<number>;
  joined: (batch: readonly string[], separator: string) => Generator<string>;
}
const processors = tasks<Processors>(new URL('file:///processors.ts'));
const lengths = function* (batch: readonly string[]): Generator<number> {
  for (const text of batch) yield text.length;
};

expectTypeOf(parallelGen(Lengths)).toEqualTypeOf<OperatorFunction<string, Indexed<number>>>();
expectTypeOf(parallelGen(Arrays)).toEqualTypeOf<OperatorFunction<string, Indexed<number[]>>>();
expectTypeOf(text$.pipe(parallelGen(Upper, { args: ['>'] }))).toEqualTypeOf<Observable<Indexed<string>>>();
expectTypeOf(text$.pipe(parallelGen(Lengths, { batchSize: 5, ordered: true, total: 9 }))).toEqualTypeOf<
  Observable<Indexed<number>>
>();
expectTypeOf(text$.pipe(parallelGen(lengths))).toEqualTypeOf<Observable<Indexed<number>>>();
expectTypeOf(
  text$.pipe(
    parallelGen(
      async function* (batch: readonly string[], separator: string) {
        yield await Promise.resolve(batch.join(separator));
      },
      { args: ['-'] },
    ),
  ),
).toEqualTypeOf<Observable<Indexed<string>>>();
expectTypeOf(text$.pipe(parallelGen((batch: readonly string[]) => batch.map((text) => text.length)))).toEqualTypeOf<
  Observable<Indexed<number>>
>();
expectTypeOf(text$.pipe(parallelGen(processors.Upper, { args: ['>'] }))).toEqualTypeOf<Observable<Indexed<string>>>();
expectTypeOf(text$.pipe(parallelGen(processors.Lengths))).toEqualTypeOf<Observable<Indexed<number>>>();
expectTypeOf(text$.pipe(parallelGen(processors.lengths))).toEqualTypeOf<Observable<Indexed<number>>>();
expectTypeOf(text$.pipe(parallelGen(processors.joined, { args: ['-'] }))).toEqualTypeOf<Observable<Indexed<string>>>();
// @ts-expect-error -- numbers are no text
void number$.pipe(parallelGen(Lengths));
// @ts-expect-error -- numbers are no text
void number$.pipe(parallelGen(processors.Lengths));
// @ts-expect-error -- no args
parallelGen(Upper);
// @ts-expect-error -- a number for a text
parallelGen(Upper, { args: [5] });
// @ts-expect-error -- no args
parallelGen(processors.Upper);
// @ts-expect-error -- misspelled
parallelGen(Lengths, { batch: 5 });
// @ts-expect-error -- it has no such option
parallelGen(Lengths, { onError: 'skip' });
// @ts-expect-error -- a class without process
parallelGen(LocalPool);

// ---- one call, one worker

expectTypeOf(threaded$(() => 5)).toEqualTypeOf<() => Observable<number>>();
expectTypeOf(threaded$(load)).toEqualTypeOf<(url: string) => Observable<Uint8Array>>();
expectTypeOf(threaded$(scale, { process: true })).toEqualTypeOf<
  (n: number, factor: number, label: string) => Observable<string>
>();
expectTypeOf(threaded$(words)('a line')).toEqualTypeOf<Observable<string>>();
expectTypeOf(threaded$(pages)).toEqualTypeOf<(url: string) => Observable<{ html: string }>>();
expectTypeOf(threaded$((...all: number[]) => all)).toEqualTypeOf<(...all: number[]) => Observable<number[]>>();
expectTypeOf(threaded$(rounded)(1.5)).toEqualTypeOf<Observable<string>>();
expectTypeOf(threaded$(module.double)(1)).toEqualTypeOf<Observable<number>>();
expectTypeOf(threaded$(module.loggedLoop)(1, 'a file')).toEqualTypeOf<Observable<never>>();
// @ts-expect-error -- too few
void threaded$(scale)(1, 2);
// @ts-expect-error -- too many
void threaded$(double)(1, 2);
// @ts-expect-error -- a text for a number
void threaded$(module.double)('1');
// @ts-expect-error -- misspelled
threaded$(double, { proces: true });

expectTypeOf(startThread$(double, 1)).toEqualTypeOf<Started<number>>();
expectTypeOf(startThread$(() => 'x')).toEqualTypeOf<Started<string>>();
expectTypeOf(startProc$(scale, 1, 2, 'x')).toEqualTypeOf<Started<string>>();
expectTypeOf(startProc$(module.waitFor, 1)).toEqualTypeOf<Started<number>>();
expectTypeOf(startThread$(double, 1).result).toEqualTypeOf<number | undefined>();
expectTypeOf(startThread$(double, 1).settled).toEqualTypeOf<boolean>();
// @ts-expect-error -- too few
void startThread$(double);
// @ts-expect-error -- a text for a number
void startProc$(double, '1');
// @ts-expect-error -- too many
void startProc$(module.waitFor, 1, 2);

expectTypeOf(runProcs$(load, ['url'], { workers: 2 })).toEqualTypeOf<Observable<Indexed<Uint8Array>>>();
expectTypeOf(runProcs$((n) => n.toFixed(), numbers)).toEqualTypeOf<Observable<Indexed<string>>>();
expectTypeOf(runProcs$(module.double, number$)).toEqualTypeOf<Observable<Indexed<number>>>();
// @ts-expect-error -- numbers are no text
void runProcs$(load, numbers);

expectTypeOf(bgTask(Promise.resolve(5))).toEqualTypeOf<Started<number>>();
expectTypeOf(bgTask(text$)).toEqualTypeOf<Started<string>>();
expectTypeOf(bgTask(() => 5)).toEqualTypeOf<Started<number>>();
expectTypeOf(bgTask(async () => Promise.resolve(5), console.error)).toEqualTypeOf<Started<number>>();
expectTypeOf(bgTask(() => text$)).toEqualTypeOf<Started<string>>();

// ---- inOrder

expectTypeOf(number$.pipe(parallelMap(double), inOrder())).toEqualTypeOf<Observable<number>>();
expectTypeOf(text$.pipe(parallelMap(load, { onError: 'return' }), inOrder())).toEqualTypeOf<
  Observable<Uint8Array | ParallelError>
>();
// @ts-expect-error -- no pairs
void number$.pipe(inOrder());

// ---- values

expectTypeOf(number$.pipe(parallelMap(double), values())).toEqualTypeOf<Observable<number>>();
expectTypeOf(text$.pipe(parallelMap(load, { onError: 'return' }), values())).toEqualTypeOf<
  Observable<Uint8Array | ParallelError>
>();
// @ts-expect-error -- no pairs
void number$.pipe(values());
