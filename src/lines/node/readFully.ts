import type { FileHandle } from 'node:fs/promises';
import { fileChanged } from './fileChanged.ts';

/** Fills bytes from an offset of a file on, though the system may give only a part of them at once. */
export async function readFully<T extends Uint8Array>(
  file: FileHandle,
  path: string,
  from: number,
  into: T,
): Promise<T> {
  for (let at = 0; at < into.length;) {
    const { bytesRead } = await file.read(into, at, into.length - at, from + at);
    if (bytesRead === 0) throw fileChanged(path, 'has become shorter');
    at += bytesRead;
  }
  return into;
}
