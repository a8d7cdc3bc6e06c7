import { promises } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';

/** Writes a file that has its name only when it is whole. If that fails or is aborted, nothing of it is left. */
export async function writeWhole(
  path: string,
  signal: AbortSignal | undefined,
  write: (file: FileHandle) => Promise<void>,
): Promise<void> {
  signal?.throwIfAborted();
  const partial = `${path}.partial`;
  const file = await promises.open(partial, 'w');
  try {
    try {
      await write(file);
    } finally {
      await file.close();
    }
    // It may have aborted after the last result.
    signal?.throwIfAborted();
    await promises.rename(partial, path);
  } catch (error) {
    await promises.rm(partial, { force: true });
    throw error;
  }
}
