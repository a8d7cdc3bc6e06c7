// A worker without any library: reads its ranges of a file, cleans them, and reuses all memory.
import { openSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { Airports } from '../airports.ts';
import { cleanBlock, type CleanedBlock } from '../cleanBlock.ts';

/** What the main thread asks for. */
export interface RawRequest {
  readonly start: number;
  readonly end: number;
  /** Memory for the text. */
  readonly output: SharedArrayBuffer;
  /** How often the block is cleaned. @defaultValue 1 */
  readonly times?: number;
}

export interface RawReply {
  readonly length: number;
  readonly totals: CleanedBlock['totals'];
}

const { path, airports } = workerData as { readonly path: string; readonly airports: Airports };
const file = openSync(path, 'r');
let input = new Uint8Array(0);

parentPort?.on('message', ({ start, end, output, times = 1 }: RawRequest) => {
  if (input.length < end - start) input = new Uint8Array(end - start);
  const block = input.subarray(0, end - start);
  for (let at = 0; at < block.length;) at += readSync(file, block, at, block.length - at, start + at);
  const clean = (): CleanedBlock => cleanBlock(block, airports, (length) => new Uint8Array(output, 0, length));
  let cleaned = clean();
  for (let done = 1; done < times; done++) cleaned = clean();
  const reply: RawReply = { length: cleaned.text.length, totals: cleaned.totals };
  parentPort?.postMessage(reply);
});
