/** All cells of the matrix of faults: `npm run test:faults`. */
import { DEADLY_SPOILERS, OTHER_SPOILERS, specifySpoilers } from '../support/spoilers.ts';
import { CELLS } from './cells.ts';
import { specifyCells } from './specifyCells.ts';

specifyCells(CELLS);

describe('what a task replaces in its worker changes no result, there and in the next run', () => {
  specifySpoilers(OTHER_SPOILERS, { mayDie: false });
});

describe('what a task takes from its worker ends it at once, and holds up no run', () => {
  specifySpoilers(DEADLY_SPOILERS.slice(3), { mayDie: true });
});
