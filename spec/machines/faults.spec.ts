import { FAULTS } from '../support/queue/faultCells.ts';
import { describeOnRedis } from '../support/queue/redisServer.ts';
import { CELLS, specifyFault } from './specifyFaults.ts';

/** A sample takes one combination for each fault, another one for each: all of them are covered by a few faults. */
const IS_SAMPLE = process.env.RXJS_PARALLEL_MACHINES === 'sample';

describeOnRedis('a run on other machines', () => {
  FAULTS.forEach((fault, at) => {
    specifyFault(fault, IS_SAMPLE ? CELLS.slice(at % CELLS.length, (at % CELLS.length) + 1) : CELLS);
  });
});
