import { expectTypeOf } from 'expect-type';
import type { ProcessorTask } from '../../src/tasks/Processor.ts';
import type { Task } from '../../src/tasks/Task.ts';
import { tasks, type Tasks } from '../../src/tasks/tasks.ts';

interface Module {
  double: (n: number) => number;
  load: (url: string) => Promise<Uint8Array>;
  sometimes: (n: number) => number | Promise<string>;
  nothing: () => void;
  constant: () => string;
  never: (n: number) => never;
  scale: (n: number, factor: number, label: string) => number;
  optional: (n: number, factor?: number) => number;
  rest: (n: number, ...more: string[]) => number;
  optionalItem: (n?: number) => number;
  words: (line: string) => Generator<string>;
  counted: (line: string) => Generator<number, string, boolean>;
  pages: (url: string, most: number) => AsyncGenerator<Page>;
  iterable: (n: number) => IterableIterator<number>;
  list: (n: number) => number[];
  table: (n: number) => Map<string, number>;
  anything: (item: any) => any; // eslint-disable-line @typescript-eslint/no-explicit-any
  generic: <T>(item: T) => T[];
  overloaded: { (item: number): number; (item: string): string };
  guard: (item: string | number) => item is string;
  readonlyItem: (row: readonly string[]) => number;
  limit: number;
  config: { a: number };
  Problem: new () => Error;
  Base: abstract new () => { process: (batch: string[]) => string[] };
  Upper: new () => { process: (batch: readonly string[]) => string[] };
  Scale: typeof Scale;
  Pages: typeof Pages;
}
interface Page {
  html: string;
}
/* eslint-disable @typescript-eslint/no-unused-vars -- They are there for their types. */
declare class Scale {
  constructor(factor: number, label?: string);
  process(batch: number[]): Generator<number>;
}
declare class Pages {
  process(batch: readonly string[]): AsyncGenerator<Page>;
}
/* eslint-enable @typescript-eslint/no-unused-vars */

const all = tasks<Module>(new URL('./x.js', import.meta.url));

expectTypeOf(all.double).toEqualTypeOf<Task<number, number>>();
expectTypeOf(all.load).toEqualTypeOf<Task<string, Uint8Array>>();
expectTypeOf(all.sometimes).toEqualTypeOf<Task<number, number | string>>();
expectTypeOf(all.nothing).toEqualTypeOf<Task<unknown, void>>();
expectTypeOf(all.constant).toEqualTypeOf<Task<unknown, string>>();
expectTypeOf(all.never).toEqualTypeOf<Task<number, never>>();
expectTypeOf(all.scale).toEqualTypeOf<Task<number, number, [factor: number, label: string]>>();
expectTypeOf(all.optional).toEqualTypeOf<Task<number, number, [factor?: number]>>();
expectTypeOf(all.rest).toEqualTypeOf<Task<number, number, string[]>>();
expectTypeOf(all.optionalItem).toEqualTypeOf<Task<number | undefined, number>>();

// Generators, sync and async: a result per yield. Arrays and maps are results.
expectTypeOf(all.words).toEqualTypeOf<Task<string, string>>();
expectTypeOf(all.counted).toEqualTypeOf<Task<string, number>>();
expectTypeOf(all.pages).toEqualTypeOf<Task<string, Page, [most: number]>>();
expectTypeOf(all.iterable).toEqualTypeOf<Task<number, number>>();
expectTypeOf(all.list).toEqualTypeOf<Task<number, number[]>>();
expectTypeOf(all.table).toEqualTypeOf<Task<number, Map<string, number>>>();

// As far as TypeScript goes: the last overload, and unknown for a type parameter.
expectTypeOf(all.overloaded).toEqualTypeOf<Task<string, string>>();
expectTypeOf(all.generic).toEqualTypeOf<Task<unknown, unknown[]>>();
expectTypeOf(all.guard).toEqualTypeOf<Task<string | number, boolean>>();
expectTypeOf(all.readonlyItem).toEqualTypeOf<Task<readonly string[], number>>();
// eslint-disable-next-line @typescript-eslint/no-explicit-any
expectTypeOf(all.anything).toEqualTypeOf<Task<any, any>>();

// Classes that process batches.
expectTypeOf(all.Upper).toEqualTypeOf<ProcessorTask<string, string>>();
expectTypeOf(all.Scale).toEqualTypeOf<ProcessorTask<number, number, [factor: number, label?: string]>>();
expectTypeOf(all.Pages).toEqualTypeOf<ProcessorTask<string, Page>>();

// Exports that are not tasks are missing.
expectTypeOf<Extract<keyof Tasks<Module>, 'limit' | 'config' | 'Problem' | 'Base'>>().toBeNever();
expectTypeOf(all).not.toHaveProperty('limit');
expectTypeOf(all).not.toHaveProperty('duoble');

// A class is no function, and the reverse.
expectTypeOf(all.Upper).not.toExtend<Task<never, unknown>>();
expectTypeOf(all.double).not.toExtend<ProcessorTask<never, unknown>>();

// Types are bound: a task of numbers is none of strings.
expectTypeOf<Task<number, number>>().not.toExtend<Task<string, number>>();
expectTypeOf<Task<number, number>>().not.toExtend<Task<number, string>>();
expectTypeOf<Task<number, number, [factor: number]>>().not.toExtend<Task<number, number>>();

tasks<Module>('/x.js');
// @ts-expect-error -- no number
tasks<Module>(5);
