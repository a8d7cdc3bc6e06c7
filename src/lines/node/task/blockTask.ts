import { isUint8Array } from '../../../platform/types.ts';
import { transfer } from '../../../tasks/transfer.ts';
import { checkCount, show } from '../../../util/check.ts';
import type { LendingBlock, LineBlock } from '../LineBlock.ts';
import { InputBuffer } from './InputBuffer.ts';
import { readBlock } from './readBlock.ts';
import { giveBack, SharedBuffers } from './SharedBuffers.ts';

const input = new InputBuffer();
const buffers = new SharedBuffers();

/** What a task makes of a block: bytes that may be written as they are. */
export interface MappedBlock {
  /** The lines that take the place of those of the block. */
  readonly text: Uint8Array;
}

/**
 * Gives memory of a number of bytes for {@link MappedBlock.text}, which then need not be copied. It belongs to the call: what is
 * not returned is used for another block. The bytes in it are not defined.
 */
export type TextMemory = (byteLength: number) => Uint8Array;

/** A result whose text is in lent memory. It never leaves this library. */
export interface LentResult<Out> {
  readonly lent: Out;
}

/** Maps the bytes of a block. The block tells what they are. */
export type MapBytes<Out, Args extends readonly unknown[]> = (
  bytes: Uint8Array,
  memory: TextMemory,
  args: Args,
  block: LineBlock,
) => Out;

/** Makes a task that takes blocks of a function that takes bytes. */
export function blockTask<Out extends MappedBlock, Args extends readonly unknown[]>(
  map: MapBytes<Out, Args>,
): (block: LineBlock, ...args: Args) => Out {
  return (block, ...args) => {
    // The library takes the result out before users see it.
    if ((block as Partial<LendingBlock>).lends === true) return lending(map, block, args) as unknown as Out;
    return moving(map, block, args);
  };
}

/** With memory of its own for each block, which is moved to the receiver. */
function moving<Out extends MappedBlock, Args extends readonly unknown[]>(
  map: MapBytes<Out, Args>,
  block: LineBlock,
  args: Args,
): Out {
  const owned = new Set<ArrayBufferLike>();
  const memory: TextMemory = (byteLength) => {
    checkCount('byteLength', byteLength, 0);
    const bytes = new Uint8Array(byteLength);
    owned.add(bytes.buffer);
    return bytes;
  };
  const result = checked(map(block.bytes ?? readInto(block, memory(block.end - block.start)), memory, args, block));
  const { buffer } = result.text;
  return owned.has(buffer) ? transfer(result, [buffer as ArrayBuffer]) : result;
}

/** With memory that is used again: this thread reads all blocks into the same, and the receiver gives back that of the text. */
function lending<Out extends MappedBlock, Args extends readonly unknown[]>(
  map: MapBytes<Out, Args>,
  block: LineBlock,
  args: Args,
): LentResult<Out> {
  const taken: Uint8Array[] = [];
  const memory: TextMemory = (byteLength) => {
    checkCount('byteLength', byteLength, 0);
    const bytes = buffers.take(byteLength);
    taken.push(bytes);
    return bytes;
  };
  const mapBytes = (bytes: Uint8Array): LentResult<Out> => {
    const result = checked(map(bytes, memory, args, block));
    const { text } = result;
    if (taken.some(({ buffer }) => buffer === text.buffer)) return { lent: result };
    const copy = memory(text.length);
    copy.set(text);
    return { lent: { ...result, text: copy } };
  };
  let kept: ArrayBufferLike | undefined;
  try {
    const { bytes, start, end } = block;
    const result =
      bytes === undefined ? input.use(end - start, (into) => mapBytes(readInto(block, into))) : mapBytes(bytes);
    kept = result.lent.text.buffer;
    return result;
  } finally {
    for (const bytes of taken) if (bytes.buffer !== kept) giveBack(bytes);
  }
}

function readInto<T extends Uint8Array>(block: LineBlock, bytes: T): T {
  readBlock(block, bytes);
  return bytes;
}

function checked<Out extends MappedBlock>(result: Out): Out {
  const { text } = Object(result) as Partial<MappedBlock>;
  if (!isUint8Array(text))
    throw new TypeError(`a mapped block must be an object with a Uint8Array as its text, not ${show(result)}`);
  return result;
}
