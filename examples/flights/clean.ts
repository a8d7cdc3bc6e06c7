import { mapBlocks } from 'rxjs-parallel/lines';
import type { Airports } from './airports.ts';
import { cleanBlock } from './cleanBlock.ts';

/** The task of the workers: cleans a block of rows. */
export const clean = mapBlocks((rows, memory, airports: Airports) => cleanBlock(rows, airports, memory));
