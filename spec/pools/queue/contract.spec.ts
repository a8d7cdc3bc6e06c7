import { MemoryEngine } from '../../../src/testing.ts';
import { machineTraits, queuePool } from '../../support/queue/queuePool.ts';
import { testPool } from '../../support/testPool.ts';

let versions = 0;

describe('QueuePool on a MemoryEngine', () => {
  const engine = new MemoryEngine();
  // Machines of another version take no chunks of this one.
  testPool(() => queuePool({ engine }, versionOf((versions += 1))), machineTraits);
});

function versionOf(number: number): Parameters<typeof queuePool>[1] {
  const version = String(number);
  return { pool: { version }, machine: { version } };
}
