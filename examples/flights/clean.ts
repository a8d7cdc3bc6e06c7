import { transfer } from 'rxjs-parallel/worker';
import type { Airports } from './airports.ts';
import { cleanBlock, type CleanedBlock } from './cleanBlock.ts';

/** The task of the workers: cleans a block of rows. Its text is moved back to the main thread, not copied. */
export function clean(block: Uint8Array, airports: Airports): CleanedBlock {
  const cleaned = cleanBlock(block, airports);
  return transfer(cleaned, [cleaned.text.buffer]);
}
