import { DEADLY_SPOILERS, specifySpoilers, USUAL_SPOILERS } from '../../support/spoilers.ts';

describe('what a task replaces in its worker changes no result, there and in the next run', () => {
  specifySpoilers(USUAL_SPOILERS, { mayDie: false });
});

describe('what a task takes from its worker ends it at once, and holds up no run', () => {
  specifySpoilers(DEADLY_SPOILERS.slice(0, 3), { mayDie: true });
});
