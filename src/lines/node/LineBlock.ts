/**
 * A part of a file that has whole lines only. It crosses to a worker as a few numbers, and the worker reads the bytes.
 *
 * @see {@link lineBlocks}, which makes it, {@link mapBlocks} and {@link mapLines}, which make tasks that take it.
 */
export interface LineBlock {
  /** The absolute path of the file. */
  readonly path: string;
  /** Tells the file from another one of the same path: a worker does not read a file that has been replaced. */
  readonly file: string;
  /** The offset of its first byte in the file. */
  readonly start: number;
  /** The offset after its last byte. A run that goes on after this block begins here. */
  readonly end: number;
  /** Whether the last line may lack its end, since the file, or the part that was asked for, ends here. */
  readonly isLast: boolean;
  /** The byte that ends a line. */
  readonly separator: number;
  /** The bytes, if {@link LineBlocksConfig.load} is set. */
  readonly bytes?: Uint8Array<ArrayBuffer>;
}

/** A block whose sender writes the text and gives its memory back. Only {@link mapFile} makes it. */
export interface LendingBlock extends LineBlock {
  readonly lends: true;
}
