// Both kinds of workers at work for some minutes while they are killed at random. Ends with 1 if an item has not settled
// exactly once, or if anything has grown.
import { parseArgs } from 'node:util';
import { printReport } from './report.ts';
import { openSoak, runSoak } from './soak.ts';

const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '300000' },
    minutes: { type: 'string', default: 'Infinity' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    workers: { type: 'string', default: '4' },
  },
});

/** Far from what a process that is done needs to end, on a machine that has other things to do. */
const END_MS = 10_000;
/** What shells say of a program that was interrupted. */
const INTERRUPTED = 130;

const soak = openSoak({
  items: Number(values.items),
  minutes: Number(values.minutes),
  seed: Number(values.seed),
  workers: Number(values.workers),
});
await runSoak(soak);
printReport(soak);
process.exitCode = soak.interrupted ? INTERRUPTED : Number(!soak.problems.none);

setTimeout(() => {
  console.log(`the process does not end by itself: ${process.getActiveResourcesInfo().join(', ')}`);
  process.exit(1);
}, END_MS).unref();
