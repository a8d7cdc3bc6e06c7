/* eslint-disable @typescript-eslint/no-explicit-any -- A type that may be anything stays as it is. */
import { expectTypeOf } from 'expect-type';
import { from, type Observable } from 'rxjs';
import {
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
  threaded$,
  ThreadPool,
  type Indexed,
  type Items,
  type ParallelError,
  type Received,
  type Takes,
  type Task,
} from '../../src/index.ts';

// ---- the type of what is received

expectTypeOf<Received<Buffer>>().toEqualTypeOf<Uint8Array>();
expectTypeOf<Received<Buffer | undefined | string>>().toEqualTypeOf<Uint8Array | undefined | string>();
expectTypeOf<Received<Buffer[]>>().toEqualTypeOf<Uint8Array[]>();
expectTypeOf<Received<readonly [a: Buffer, n?: number]>>().toEqualTypeOf<readonly [a: Uint8Array, n?: number]>();
expectTypeOf<Received<{ readonly a: Buffer; b?: Buffer; c: number }>>().toEqualTypeOf<{
  readonly a: Uint8Array;
  b?: Uint8Array;
  c: number;
}>();
expectTypeOf<Received<{ a: Buffer }[]>>().toEqualTypeOf<{ a: Uint8Array }[]>();
expectTypeOf<Received<Map<string, Buffer>>>().toEqualTypeOf<Map<string, Uint8Array>>();
expectTypeOf<Received<Set<Buffer>>>().toEqualTypeOf<Set<Uint8Array>>();
expectTypeOf<Received<any>>().toBeAny();
expectTypeOf<Received<unknown>>().toBeUnknown();
expectTypeOf<Received<never>>().toBeNever();
type J = string | number | J[] | { [k: string]: J };
expectTypeOf<Received<J>>().toEqualTypeOf<J>();
expectTypeOf<Received<Record<string, any>>>().toEqualTypeOf<Record<string, any>>();
class C {
  y = 2;
  private readonly x = 1;
  f(): number {
    return this.x;
  }
}
expectTypeOf<Received<C>>().toEqualTypeOf<C>();
expectTypeOf<Received<C[]>>().toEqualTypeOf<C[]>();
expectTypeOf<Received<Map<C, any>>>().toEqualTypeOf<Map<C, any>>();
type Id = string & { readonly __brand: 'id' };
expectTypeOf<Received<Id>>().toEqualTypeOf<Id>();
expectTypeOf<Received<Uint8Array<ArrayBuffer>>>().toEqualTypeOf<Uint8Array<ArrayBuffer>>();
expectTypeOf<Received<boolean>>().toEqualTypeOf<boolean>();
expectTypeOf<Received<() => Buffer>>().toEqualTypeOf<() => Buffer>();

// ---- items, arguments and results of runs

const text = (b: Buffer): string => b.toString('utf8');
const size = (b: Uint8Array): number => b.length;
const bufs = [Buffer.from('hi')];
void parallel(size, bufs);
// @ts-expect-error -- the task receives a Uint8Array
void parallel((b: Buffer) => b.toString('utf8'), [Buffer.from('hi')]);
// @ts-expect-error -- the task receives a Uint8Array
void parallel(text, bufs, { workers: 0 });
// @ts-expect-error -- the task receives a Uint8Array
void parallel(text, bufs, { pool: new ThreadPool() });
void parallel(text, bufs, { pool: 'local' });
void parallel(text, bufs, { pool: new LocalPool() });
expectTypeOf(parallel((b: Uint8Array) => Buffer.from(b), bufs)).toEqualTypeOf<Promise<Uint8Array[]>>();
expectTypeOf(parallel((b: Uint8Array) => Buffer.from(b), bufs, { pool: 'local' })).toEqualTypeOf<
  Promise<Buffer<ArrayBuffer>[]>
>();
void from(bufs).pipe(parallelMap(size));
// @ts-expect-error -- the task receives a Uint8Array
void from(bufs).pipe(parallelMap(text));
expectTypeOf(parallel((b) => b, bufs)).toEqualTypeOf<Promise<Uint8Array[]>>();
expectTypeOf(parallel((b) => b, bufs, { pool: 'local' })).toEqualTypeOf<Promise<Buffer<ArrayBuffer>[]>>();
expectTypeOf(from(bufs).pipe(parallelMap((b) => b.length))).toEqualTypeOf<Observable<Indexed<number>>>();
void parallel((n: number, b: Uint8Array) => b.length + n, [1], { args: [Buffer.from('a')] });
// @ts-expect-error -- the task receives a Uint8Array
void parallel((n: number, b: Buffer) => b.length + n, [1], { args: [Buffer.from('a')] });
declare const sizeTask: Task<Uint8Array, number>;
const generic = <T, R>(task: Takes<T, R>, items: Items<T>): Promise<Received<R>[]> => parallel(task, items);
const generic2 = <T, R>(task: Takes<T, R>, items: readonly T[]): Promise<Received<R>[]> =>
  parallel(task, items, { workers: 2 });
const generic3 = <R>(task: (item: string) => R, items: readonly string[]) => parallel(task, items, { pool: 'process' });
expectTypeOf(generic(sizeTask, bufs)).toEqualTypeOf<Promise<number[]>>();
expectTypeOf(generic2(size, bufs)).toEqualTypeOf<Promise<number[]>>();
expectTypeOf(generic3((item) => Buffer.from(item), ['a'])).toEqualTypeOf<Promise<Uint8Array[]>>();
declare const bt: Task<Buffer, number>;
// @ts-expect-error -- the task receives a Uint8Array
void parallel(bt, bufs);

// @ts-expect-error -- in an object
void parallel(({ data }: { readonly data: Buffer }) => data.toString('hex'), [{ data: Buffer.from('a') }]);
void parallel(({ data }: { readonly data: Uint8Array }) => data.length, [{ data: Buffer.from('a') }]);
// @ts-expect-error -- in an array
void parallel$((list: readonly Buffer[]) => list[0]?.readInt8(), [bufs]);
// @ts-expect-error -- in a Map
parallelIterable((map: ReadonlyMap<string, Buffer>) => map.size, [new Map([['a', Buffer.from('a')]])]);
// @ts-expect-error -- in a process
void runProcs$(text, bufs);
// @ts-expect-error -- an argument
void startThread$((n: number, buffer: Buffer) => buffer.readInt8(n), 0, Buffer.from('a'));
// @ts-expect-error -- an argument
void startProc$((buffer: Buffer) => buffer.readInt8(), Buffer.from('a'));
// @ts-expect-error -- an argument
threaded$(text);
// @ts-expect-error -- a task of a module
void startThread$(bt, Buffer.from('a'));
const copy = (b: Uint8Array): Buffer => Buffer.from(b);
expectTypeOf(from(bufs).pipe(parallelMap(copy))).toEqualTypeOf<Observable<Indexed<Uint8Array>>>();
expectTypeOf(from(bufs).pipe(parallelMap(copy, { pool: 'local' }))).toEqualTypeOf<Observable<Indexed<Buffer>>>();
expectTypeOf(parallel$(copy, bufs)).toEqualTypeOf<Observable<Indexed<Uint8Array>>>();
expectTypeOf(parallelIterable(copy, bufs)).toEqualTypeOf<AsyncIterableIterator<Indexed<Uint8Array>>>();
expectTypeOf(runProcs$(copy, bufs)).toEqualTypeOf<Observable<Indexed<Uint8Array>>>();
expectTypeOf(threaded$(copy)).toEqualTypeOf<(b: Uint8Array) => Observable<Uint8Array>>();
expectTypeOf(parallelAsync(copy, bufs)).toEqualTypeOf<Promise<Buffer[]>>();
void parallelAsync(text, bufs);
const batch = function* (items: readonly Uint8Array[]): Generator<Buffer> {
  for (const item of items) yield Buffer.from(item);
};
expectTypeOf(from(bufs).pipe(parallelGen(batch))).toEqualTypeOf<Observable<Indexed<Uint8Array>>>();

// A function that is generic in its items and its results hands on a task as it is.
const whole = <T, R>(task: (item: T) => R, items: readonly T[]) => parallel(task, items, { workers: 2 });
const inParts = <T, R>(task: (item: { readonly of: T }) => R, items: readonly { readonly of: T }[]) =>
  parallel(task, items, { onError: 'return' });
const bounded = <T extends { readonly id: string }, R>(task: (item: T) => R) => parallelMap(task);
const withArgs = <T, Arg, R>(task: (item: T, arg: Arg) => R, items: readonly T[], arg: Arg) =>
  parallel$(task, items, { args: [arg] });
const byModule = <T, R>(task: Task<T, R>, items: readonly T[]) => parallelIterable(task, items);
expectTypeOf(whole((n: number) => String(n), [1])).toEqualTypeOf<Promise<string[]>>();
expectTypeOf(whole(copy, bufs)).toEqualTypeOf<Promise<Uint8Array[]>>();
expectTypeOf(inParts(({ of }) => of, [{ of: 1 }])).resolves.items.toEqualTypeOf<number | ParallelError>();
expectTypeOf(from([{ id: 'a' }]).pipe(bounded(({ id }: { readonly id: string }) => id.length))).toEqualTypeOf<
  Observable<Indexed<number>>
>();
expectTypeOf(withArgs((n: number, by: number) => n * by, [1], 2)).toEqualTypeOf<Observable<Indexed<number>>>();
expectTypeOf(byModule(sizeTask, bufs)).toEqualTypeOf<AsyncIterableIterator<Indexed<number>>>();
