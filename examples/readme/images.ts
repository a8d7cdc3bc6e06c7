import { setTimeout as sleep } from 'node:timers/promises';

/** Stands in for some heavy work on an image. */
export async function thumbnail(photo: string): Promise<Uint8Array> {
  await sleep(10);
  return new TextEncoder().encode(photo.toUpperCase());
}
