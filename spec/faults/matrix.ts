/** All cells of the matrix of faults: `npm run test:faults`. */
import { CELLS } from './cells.ts';
import { specifyCells } from './specifyCells.ts';

specifyCells(CELLS);
