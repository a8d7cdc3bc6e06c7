/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-argument -- Sources of anything are what it is about. */
import { expectTypeOf } from 'expect-type';
import { from, type Observable } from 'rxjs';
import {
  parallel,
  parallel$,
  parallelGen,
  parallelMap,
  tasks,
  type ConfigOf,
  type Indexed,
  type Items,
  type ParallelConfig,
  type ParallelError,
  type ProcessorClass,
  type Returned,
  type Task,
} from '../../src/index.ts';

const double = (n: number): number => n * 2;
const shown = (value: unknown): string => String(value);

// ---- a real module: sync, async and generator functions, and classes

const inline = tasks<typeof import('../support/inlineTasks.ts')>(new URL('../support/inlineTasks.ts', import.meta.url));

expectTypeOf(inline.arrow).toEqualTypeOf<Task<number, number>>();
expectTypeOf(inline.asynchronous).toEqualTypeOf<Task<number, number>>();
expectTypeOf(inline.generator).toEqualTypeOf<Task<number, number>>();
expectTypeOf(inline.asyncGenerator).toEqualTypeOf<Task<number, number>>();
expectTypeOf(parallel(inline.asyncGenerator, [1])).toEqualTypeOf<Promise<number[]>>();
expectTypeOf(from([1]).pipe(parallelGen(inline.Fields))).toEqualTypeOf<Observable<Indexed<number>>>();
expectTypeOf(from([1]).pipe(parallelGen(inline.Plain, { args: [5] }))).toEqualTypeOf<Observable<Indexed<number>>>();
expectTypeOf(from([1]).pipe(parallelGen(inline.Plain))).toEqualTypeOf<Observable<Indexed<number>>>();
// @ts-expect-error -- no such export
inline.arow;
// @ts-expect-error -- numbers are no text
void parallel(inline.arrow, ['1']);
// @ts-expect-error -- a class is no task of single items
void parallel(inline.Plain, [1]);
// @ts-expect-error -- a function of items processes no batches
parallelGen(inline.arrow);
// @ts-expect-error -- a text for a number
parallelGen(inline.Plain, { args: ['5'] });

// ---- sources of anything: `any` goes everywhere, `unknown` only to what takes everything

declare const anything: any;
declare const anythings: any[];
declare const unknowns: readonly unknown[];
expectTypeOf(parallel(double, anything)).toEqualTypeOf<Promise<number[]>>();
expectTypeOf(parallel(double, anythings)).toEqualTypeOf<Promise<number[]>>();
expectTypeOf(parallel(shown, unknowns)).toEqualTypeOf<Promise<string[]>>();
expectTypeOf(from(unknowns).pipe(parallelMap(shown))).toEqualTypeOf<Observable<Indexed<string>>>();
expectTypeOf(parallel((item) => item, unknowns)).toEqualTypeOf<Promise<unknown[]>>();
// @ts-expect-error -- who knows whether they are numbers
void parallel(double, unknowns);
// @ts-expect-error -- nor in a pipe
void from(unknowns).pipe(parallelMap(double));
declare const either: string[] | Iterable<string> | Observable<string>;
expectTypeOf(parallel((line: string) => line.length, either)).toEqualTypeOf<Promise<number[]>>();
expectTypeOf<readonly number[]>().toExtend<Items<number>>();

// A task of a wider type takes the items of a narrower one.
expectTypeOf(parallel(shown, [1, 2])).toEqualTypeOf<Promise<string[]>>();
expectTypeOf(parallel((n: number | string) => n, [1, 2])).toEqualTypeOf<Promise<(number | string)[]>>();

// ---- tuples, as items and as args

const pairs: readonly (readonly [string, number])[] = [['a', 1]];
const joined = ([name, n]: readonly [string, number]): string => name + String(n);
const placed = (n: number, [x, y]: readonly [number, number], ...more: readonly string[]): number =>
  n + x + y + more.length;
expectTypeOf(parallel(joined, pairs)).toEqualTypeOf<Promise<string[]>>();
expectTypeOf(parallel(([name]) => name, pairs)).toEqualTypeOf<Promise<string[]>>();
expectTypeOf(parallel(placed, [1], { args: [[1, 2]] })).toEqualTypeOf<Promise<number[]>>();
expectTypeOf(parallel(placed, [1], { args: [[1, 2], 'a', 'b'] })).toEqualTypeOf<Promise<number[]>>();
const args = [[1, 2], 'a'] as const;
expectTypeOf(parallel$(placed, [1], { args })).toEqualTypeOf<Observable<Indexed<number>>>();
// @ts-expect-error -- a tuple of one
void parallel(placed, [1], { args: [[1]] });
// @ts-expect-error -- a number among texts
void parallel(placed, [1], { args: [[1, 2], 5] });
// @ts-expect-error -- triples are no pairs
void parallel(joined, [['a', 1, 2]] as const);

// ---- onError by name

const returning = { onError: 'return', workers: 2 } satisfies ParallelConfig<unknown, [], 'return' | 'skip'>;
const skipping = { onError: 'skip' } as const satisfies ParallelConfig<unknown, [], 'return' | 'skip'>;
expectTypeOf(parallel(double, [1], returning)).toEqualTypeOf<Promise<(number | ParallelError)[]>>();
expectTypeOf(parallel(double, [1], skipping)).toEqualTypeOf<Promise<number[]>>();
expectTypeOf<Returned<'skip' | 'return'>>().toEqualTypeOf<ParallelError>();
expectTypeOf<Returned<'skip' | 'throw'>>().toBeNever();

// Beside functions that take their types from the call.
expectTypeOf(
  parallel(double, [1], { onError: 'return', progress: ({ done }) => done.toFixed(), partitionBy: (n) => n.toFixed() }),
).toEqualTypeOf<Promise<(number | ParallelError)[]>>();
expectTypeOf(
  from([1]).pipe(parallelMap((n) => n.toFixed(), { progress: ({ done }) => done.toFixed(), onError: 'return' })),
).toEqualTypeOf<Observable<Indexed<string | ParallelError>>>();
expectTypeOf(parallel(double, [1], { transfer: (n) => [new ArrayBuffer(n)] })).toEqualTypeOf<Promise<number[]>>();

// ---- classes

class Sum<Item extends { readonly size: number }> {
  process(batch: readonly Item[]): number[] {
    return batch.map(({ size }) => size);
  }
}
abstract class Unfinished {
  abstract process(batch: readonly string[]): string[];
}
expectTypeOf(from([new Set([1])]).pipe(parallelGen(Sum<Set<number>>))).toEqualTypeOf<Observable<Indexed<number>>>();
expectTypeOf<typeof Sum<Set<number>>>().toExtend<ProcessorClass<Set<number>, number>>();
// @ts-expect-error -- a number has no size
void from([1]).pipe(parallelGen(Sum));
// @ts-expect-error -- it cannot be constructed
parallelGen(Unfinished);

// ---- the last parameter

expectTypeOf<ConfigOf<ParallelConfig, [factor: number]>[0]>().toExtend<{ readonly args: Readonly<[factor: number]> }>();
expectTypeOf<undefined>().toExtend<ConfigOf<ParallelConfig, [factor?: number]>[0]>();
