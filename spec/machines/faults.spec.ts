import { FAULTS } from '../support/queue/faultCells.ts';
import { describeOnRedis } from '../support/queue/redisServer.ts';
import { cellsOf, specifyFault } from './specifyFaults.ts';

describeOnRedis('a run on other machines', () => {
  FAULTS.forEach((fault, at) => {
    specifyFault(fault, cellsOf(at));
  });
});
