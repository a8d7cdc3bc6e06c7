import { open } from 'node:fs/promises';

const newline = 0x0a;

/**
 * Reads a file in blocks of about `blockSize` bytes, each cut after its last line end, so that no line is torn.
 * A line that is longer makes its block longer. Only the block in hand is held, and the beginning of the line after it.
 */
export async function* blocks(path: string, blockSize: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const file = await open(path);
  try {
    let rest = new Uint8Array(0);
    for (;;) {
      // A buffer of its own for each block, so that a block can be moved to a worker.
      const buffer = new Uint8Array(rest.length + blockSize);
      buffer.set(rest);
      const { bytesRead } = await file.read(buffer, rest.length, blockSize);
      if (bytesRead === 0) break;

      const filled = buffer.subarray(0, rest.length + bytesRead);
      const end = filled.lastIndexOf(newline) + 1;
      rest = filled.slice(end);
      if (end > 0) yield filled.subarray(0, end);
    }
    if (rest.length > 0) yield rest;
  } finally {
    await file.close();
  }
}
