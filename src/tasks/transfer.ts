import { show } from '../util/check.ts';
import type { TransferableObject } from './TransferableObject.ts';
import { perThread } from './perThread.ts';

/**
 * Marks a result of a task, so that the given objects are moved out of the worker thread instead of copied. The worker
 * cannot use them afterwards. The function has no effect outside of workers, and in processes, where everything is copied.
 *
 * @example Move an image of 4 MB
 * ```ts
 * export function decode(path: string) {
 *   const image = { path, pixels: new Uint8Array(4_000_000) };
 *   return transfer(image, [image.pixels.buffer]);
 * }
 * ```
 *
 * @param value - The result, which contains the objects to move, or is one of them.
 * @param list - The objects to move: buffers, ports and other objects that Node can move. An empty list moves nothing.
 * @returns The value.
 * @throws TypeError if the list is not an array, or if the value is primitive and the list is not empty.
 * @see {@link ParallelConfig.transfer}, which moves items to a worker.
 */
export function transfer<T>(value: T, list: readonly TransferableObject[]): T {
  if (!Array.isArray(list)) throw new TypeError(`list must be an array, not ${show(list)}`);
  if (isObject(value)) lists().set(value, list);
  else if (list.length > 0) {
    throw new TypeError(`value must be an object that holds what is to be moved, not ${show(value)}`);
  }
  return value;
}

/** The objects that were marked to be moved with a value. */
export function transferListOf(value: unknown): readonly TransferableObject[] | undefined {
  return isObject(value) ? lists().get(value) : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

let found: WeakMap<object, readonly TransferableObject[]> | undefined;

function lists(): WeakMap<object, readonly TransferableObject[]> {
  return (found ??= perThread('transferLists', () => new WeakMap()));
}
