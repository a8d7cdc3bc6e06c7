import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for something that comes by itself, and leaves the processor to it. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await sleep(2);
}
