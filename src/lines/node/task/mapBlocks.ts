import { checkFunction } from '../../../util/check.ts';
import type { LineBlock } from '../LineBlock.ts';
import { blockTask, type MappedBlock, type TextMemory } from './blockTask.ts';

/**
 * Makes a task for blocks of lines of a function for their bytes: for formats that need no strings, which is many times faster.
 * Export it from a module of tasks.
 *
 * The bytes are those of whole lines, with their ends. They belong to the call: {@link mapFile} reads the next block into the
 * same memory. The function is synchronous.
 *
 * @example Keep the lines that begin with a digit
 * ```ts
 * export const numbered = mapBlocks((bytes, memory) => {
 *   const text = memory(bytes.length);
 *   let length = 0;
 *   for (let start = 0, end; start < bytes.length; start = end) {
 *     end = bytes.indexOf(0x0a, start) + 1 || bytes.length;
 *     const first = bytes[start] ?? 0;
 *     if (first < 0x30 || first > 0x39) continue;
 *     text.set(bytes.subarray(start, end), length);
 *     length += end - start;
 *   }
 *   return { text: text.subarray(0, length) };
 * });
 * ```
 *
 * @typeParam Out - The result: an object whose `text` is written in place of the block. It may have more.
 * @typeParam Args - The arguments after the block.
 * @param map - Gets the bytes of a block, a function that gives memory for the text, and the `args` of the run.
 * @returns A task for {@link mapFile}, and for the functions that run the blocks of {@link lineBlocks}.
 * @throws TypeError if `map` is not a function.
 * @see {@link mapLines}, which maps strings.
 */
export function mapBlocks<Out extends MappedBlock, Args extends readonly unknown[] = []>(
  map: (bytes: Uint8Array, memory: TextMemory, ...args: Args) => Out,
): (block: LineBlock, ...args: Args) => Out {
  checkFunction('map', map);
  return blockTask((bytes, memory, args) => map(bytes, memory, ...args));
}
