import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { fileChanged } from '../fileChanged.ts';
import { fileIdOf } from '../fileIdOf.ts';
import type { LineBlock } from '../LineBlock.ts';

/** One call reads at most 2 GiB. */
const LARGEST_READ = 2 ** 30;

/**
 * Reads the bytes of a block.
 *
 * @param into - Memory of the size of the block.
 * @throws Error if the file has been replaced or has become shorter, or if the block does not end with a line any more.
 */
export function readBlock({ path, file, start, isLast, separator }: LineBlock, into: Uint8Array): void {
  const opened = openSync(path, 'r');
  try {
    if (fileIdOf(fstatSync(opened, { bigint: true })) !== file) throw fileChanged(path, 'has been replaced');
    for (let at = 0; at < into.length;) {
      const read = readSync(opened, into, at, Math.min(into.length - at, LARGEST_READ), start + at);
      if (read === 0) throw fileChanged(path, 'has become shorter');
      at += read;
    }
  } finally {
    closeSync(opened);
  }
  if (!isLast && into.at(-1) !== separator) throw fileChanged(path, 'has been written to');
}
