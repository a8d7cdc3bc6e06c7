import { checkCount, show } from '../../util/check.ts';
import { countFrom, oneOf } from '../../util/optionChecks.ts';
import type { Option } from '../../util/options.ts';

/** Options of {@link lineBlocks}. */
export interface LineBlocksConfig {
  /**
   * The size of a block in bytes, an integer from 1. Some 20 ms of work are enough to be worth a message; a few blocks for
   * each worker are in memory at once.
   *
   * @defaultValue 1048576, a mebibyte
   */
  readonly blockSize?: number;
  /**
   * The offset of the first byte, an integer from 0: the beginning of a line, such as the `end` of a block.
   *
   * @defaultValue 0
   */
  readonly start?: number;
  /** The offset after the last byte, an integer from 0, or Infinity. @defaultValue the end of the file */
  readonly end?: number;
  /**
   * The byte that ends a line, an integer from 0 to 127: 0 for the output of `find -print0`. In UTF-8 such a byte is never a
   * part of another character. In UTF-16 it may be.
   *
   * @defaultValue 10, a line feed
   */
  readonly separator?: number;
  /**
   * The size of the longest line in bytes, an integer from 1. A line that is longer, and does not fit into a block, ends the
   * blocks with a RangeError, and is not read.
   *
   * @defaultValue 134217728, 128 mebibytes
   */
  readonly maxLine?: number;
  /**
   * Reads the bytes in this thread and sends them in the blocks, for workers that cannot open the file: those of other machines.
   *
   * @defaultValue `false`
   */
  readonly load?: boolean;
}

/** How the options are checked. */
export const BLOCK_OPTIONS = {
  blockSize: { check: countFrom(1), default: 2 ** 20 },
  start: { check: countFrom(0), default: 0 },
  end: { check: countFrom(0, Infinity), default: Infinity },
  separator: { check: checkSeparator, default: 0x0a },
  maxLine: { check: countFrom(1), default: 2 ** 27 },
  load: { check: oneOf(true, false), default: false },
} as const satisfies Record<string, Option>;

function checkSeparator(name: string, value: unknown): void {
  checkCount(name, value, 0);
  if ((value as number) > 127) throw new RangeError(`${name} must be an integer from 0 to 127, not ${show(value)}`);
}
