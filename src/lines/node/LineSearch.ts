import type { FileHandle } from 'node:fs/promises';
import { readFully } from './readFully.ts';

/** What a search needs to know of the blocks. */
interface Cut {
  readonly blockSize: number;
  readonly separator: number;
  readonly maxLine: number;
  /** Where the last block ends. */
  readonly end: number;
}

/** Most lines are shorter: one small read finds the end of a block. */
const FIRST_READ = 2 ** 12;
const LARGEST_READ = 2 ** 20;

/** Finds where blocks of lines end. It reads backwards from the multiples of `blockSize`, and no byte twice. */
export class LineSearch {
  private readonly file: FileHandle;
  private readonly path: string;
  private readonly cut: Cut;
  private memory = new Uint8Array(FIRST_READ);

  constructor(file: FileHandle, path: string, cut: Cut) {
    this.file = file;
    this.path = path;
    this.cut = cut;
  }

  /**
   * Gives the offset at which the block from `start` on ends.
   *
   * @throws RangeError if that would be a line longer than `maxLine`.
   */
  async blockEnd(start: number): Promise<number> {
    const { blockSize, maxLine, end } = this.cut;
    let searched = start;
    for (let limit = (Math.floor(start / blockSize) + 1) * blockSize; limit < end; limit += blockSize) {
      const lineEnd = await this.lastLineEnd(searched, limit);
      if (lineEnd > searched) return lineEnd;
      searched = limit;
      if (searched - start > maxLine)
        throw new RangeError(
          `the line at byte ${String(start)} of ${this.path} is longer than maxLine, ${String(maxLine)} bytes`,
        );
    }
    return end;
  }

  /** The offset after the last separator between two offsets; the first of them if there is none. */
  private async lastLineEnd(from: number, to: number): Promise<number> {
    for (let right = to, size = FIRST_READ; right > from; size = Math.min(2 * size, LARGEST_READ)) {
      const left = Math.max(from, right - size);
      if (this.memory.length < size) this.memory = new Uint8Array(size);
      const bytes = await readFully(this.file, this.path, left, this.memory.subarray(0, right - left));
      const at = bytes.lastIndexOf(this.cut.separator);
      if (at >= 0) return left + at + 1;
      right = left;
    }
    return from;
  }
}
