import type { FileHandle } from 'node:fs/promises';

/** Writes all bytes, though the system may take only a part of them at once. */
export async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at)).bytesWritten;
}
