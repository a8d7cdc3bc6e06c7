import type { Here, PoolChoice } from '../../pools/workers/node/withPool.ts';
import type { Pool } from '../../pools/pool.ts';
import type { Task, TaskFunction } from '../../tasks/Task.ts';

/** A Buffer, recognised by its members: the type `Buffer` belongs to Node's types, which a program need not have. */
interface BufferLike extends Uint8Array {
  toJSON(): { type: 'Buffer'; data: number[] };
}

/**
 * The type of a value after it was sent to or from a worker: a Buffer becomes a Uint8Array, as structured cloning does. The
 * same holds for a Buffer in an array, a tuple, a Map or a Set, and for one that is a property of the value or of a member
 * of these. Other types do not change.
 *
 * @example A function that runs any task that takes a number
 * ```ts
 * import type { Received, TaskFunction } from 'rxjs-parallel';
 *
 * const twice = <Out>(task: TaskFunction<number, Out>): Promise<Received<Out>[]> => parallel(task, [1, 2]);
 * ```
 *
 * @typeParam T - The value as it was sent.
 * @typeParam Where - The option `pool`. In this thread (`'local'`, a {@link LocalPool}), no type changes.
 */
export type Received<T, Where extends PoolChoice = PoolChoice> = [Where] extends [Here] ? T : WithoutBuffers<T>;

/**
 * The type of a task for items that are sent to it: a function, or a task of a module. Its parameters have the types that a
 * worker receives.
 *
 * @example A function that runs any task
 * ```ts
 * import type { Received, Takes } from 'rxjs-parallel';
 *
 * const both = <In, Out>(task: Takes<In, Out>, a: In, b: In): Promise<Received<Out>[]> => parallel(task, [a, b]);
 * const sizes = await both((bytes: Uint8Array) => bytes.length, new Uint8Array(1), new Uint8Array(2));
 * ```
 *
 * @typeParam In - One item, as it is sent.
 * @typeParam Out - One result.
 * @typeParam Args - The arguments after the item, as they are sent.
 * @typeParam Where - The option `pool`. In this thread (`'local'`, a {@link LocalPool}), the task gets the items as they
 *   are.
 */
export type Takes<In, Out, Args extends readonly unknown[] = [], Where extends PoolChoice = PoolChoice> =
  IsChanged<In, Args, Where> extends true
    ? AnyTaskOf<WithoutBuffers<In>, Out, ReceivedArgs<Args>>
    : AnyTaskOf<In, Out, Args>;

/**
 * The option `pool` with its type as a parameter, on which the types of items and results depend.
 *
 * @typeParam Where - The type of `pool`.
 */
export interface RunsIn<Where extends PoolChoice> {
  /** See {@link ParallelConfig.pool}. */
  readonly pool?: Where | Pool;
}

type AnyTaskOf<In, Out, Args extends readonly unknown[]> = TaskFunction<In, Out, Args> | Task<In, Out, Args>;

type IsChanged<In, Args extends readonly unknown[], Where> = [Where] extends [Here]
  ? false
  : true extends HoldsBuffer<In> | HoldsBuffer<Args>
    ? true
    : false;

/**
 * A further condition for a task of a module: its parameters have the types that a worker receives.
 *
 * @typeParam In - One item, as it is sent.
 * @typeParam Args - The arguments after the item, as they are sent.
 */
export type TakesItem<In, Args extends readonly unknown[]> =
  IsChanged<In, Args, 'thread'> extends true
    ? { readonly '~types'?: (item: WithoutBuffers<In>, ...args: ReceivedArgs<Args>) => unknown }
    : unknown;

/**
 * A further condition for a function: its parameters have the types that a worker receives.
 *
 * @typeParam Args - Its arguments, as they are sent.
 */
export type TakesAll<Args extends readonly unknown[]> =
  HoldsBuffer<Args> extends true ? (...args: ReceivedArgs<Args>) => unknown : unknown;

type ReceivedArgs<Args extends readonly unknown[]> = { [At in keyof Args]: WithoutBuffers<Args[At]> };

type WithoutBuffers<T> =
  HoldsBuffer<T> extends true
    ? T extends ReadonlyMap<infer Key, infer Held>
      ? Map<Plain<Key>, Plain<Held>>
      : T extends ReadonlySet<infer Held>
        ? Set<Plain<Held>>
        : T extends readonly unknown[]
          ? { [At in keyof T]: Plain<T[At]> }
          : Plain<T>
    : T;

/** The received type of a Buffer, or of an object with a property that is a Buffer. Other types do not change. */
type Plain<T> = 0 extends 1 & T
  ? T
  : T extends BufferLike
    ? Uint8Array
    : T extends object
      ? HasBuffer<T> extends true
        ? { [Key in keyof T]: Bytes<T[Key]> }
        : T
      : T;

type Bytes<T> = IsBuffer<T> extends true ? (T extends BufferLike ? Uint8Array : T) : T;

// HoldsBuffer, Holds and IsBuffer are `false` for `never`, so that a function which is generic in its items can pass on its
// task. TypeScript checks such a function with a type that fits everywhere, `never` included, in place of the type
// parameter. If a condition is false for that type, only its branch for false has to fit.

/** Whether a type, or a member of a union, is a Buffer. */
type IsBuffer<T> = [T] extends [never]
  ? false
  : 0 extends 1 & T
    ? false
    : [Extract<T, BufferLike>] extends [never]
      ? false
      : true;

/** Whether a property may be a Buffer. Properties of functions do not count. */
type HasBuffer<T> = T extends (...args: never) => unknown
  ? false
  : true extends { [Key in keyof T]-?: IsBuffer<T[Key]> }[keyof T]
    ? true
    : false;

/** Whether a value of a type may be a Buffer, or hold one. */
type HoldsBuffer<T> = [T] extends [never]
  ? false
  : 0 extends 1 & T
    ? false
    : true extends (T extends unknown ? HoldsOne<T> : never)
      ? true
      : false;

type HoldsOne<T> =
  T extends ReadonlyMap<infer Key, infer Held>
    ? Holds<Key | Held>
    : T extends ReadonlySet<infer Held>
      ? Holds<Held>
      : T extends readonly unknown[]
        ? Holds<T[number]>
        : Holds<T>;

type Holds<T> = [T] extends [never]
  ? false
  : 0 extends 1 & T
    ? false
    : IsBuffer<T> extends true
      ? true
      : true extends (T extends object ? HasBuffer<T> : false)
        ? true
        : false;
