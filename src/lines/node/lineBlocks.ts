import { promises } from 'node:fs';
import { takeChecked, withDefaults } from '../../util/options.ts';
import { absolutePath } from './absolutePath.ts';
import { fileIdOf } from './fileIdOf.ts';
import type { LineBlock } from './LineBlock.ts';
import { BLOCK_OPTIONS, type LineBlocksConfig } from './LineBlocksConfig.ts';
import { LineSearch } from './LineSearch.ts';
import { readFully } from './readFully.ts';

/**
 * Cuts a file into blocks of whole lines, for workers that read and map them. This thread reads only a few bytes for each block.
 *
 * A block ends after the last line end before a multiple of `blockSize` in the file, so that the blocks are the same wherever
 * the first one begins: a run can go on at the `end` of any block. If there is no line end, the block is longer. Nothing is
 * changed: a byte order mark, all line ends, and a last line without an end are in the blocks as they are in the file. Lines that are
 * added to the file meanwhile are not read.
 *
 * - **yields** the blocks in the order of the file; none if it is empty
 * - **queues** nothing: it cuts a block when it is asked for one
 * - **ends** at the size that the file has when the first block is cut
 * - **throws** if the file cannot be read, is not a regular file, or is shorter than `start`
 * - **on `return`** closes the file
 *
 * @example Write all lines of a file in upper case, on all cores
 * ```ts
 * const { upperCase } = tasks<typeof import('./lines.ts')>(new URL('./lines.ts', import.meta.url));
 *
 * for await (const [, { text }] of parallelIterable(upperCase, lineBlocks('access.log'), { ordered: true }))
 *   await output.write(text);
 * ```
 *
 * @param path - The file. Each worker opens it by this path.
 * @param config - The options.
 * @throws TypeError or RangeError at the call if an option is wrong.
 * @see {@link mapFile}, which also writes, and is faster.
 */
export function lineBlocks(
  path: string | URL,
  config: LineBlocksConfig = {},
): AsyncGenerator<LineBlock, void, undefined> {
  const options = withDefaults(takeChecked(config, BLOCK_OPTIONS), BLOCK_OPTIONS);
  const { start, end } = options;
  if (end < start) throw new RangeError(`end must not be less than start, ${String(start)}, but is ${String(end)}`);

  return cut(absolutePath('path', path), options);
}

async function* cut(path: string, options: Required<LineBlocksConfig>): AsyncGenerator<LineBlock, void, undefined> {
  const { start, blockSize, separator, maxLine, load } = options;
  const file = await promises.open(path);
  try {
    const stats = await file.stat({ bigint: true });
    // A pipe has no offsets, and its bytes are there once.
    if (!stats.isFile()) throw new TypeError(`${path} must be a regular file, which can be read at any offset`);
    const size = Number(stats.size);
    if (start > size) throw new RangeError(`start is ${String(start)}, but ${path} has ${String(size)} bytes`);

    const id = fileIdOf(stats);
    const end = Math.min(options.end, size);
    const search = new LineSearch(file, path, { blockSize, separator, maxLine, end });
    for (let at = start, next; at < end; at = next) {
      next = await search.blockEnd(at);
      const block = { path, file: id, start: at, end: next, isLast: next === end, separator };
      yield load ? { ...block, bytes: await readFully(file, path, at, new Uint8Array(next - at)) } : block;
    }
  } finally {
    await file.close();
  }
}
