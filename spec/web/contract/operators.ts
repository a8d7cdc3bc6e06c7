import { postResults } from '../page/postResults.ts';
import { leftOut } from './leftOut.ts';
import { defineProcess } from './shims/process.ts';
import { countTimers } from './shims/timers.ts';

defineProcess();
countTimers();
mocha.setup({ ui: 'bdd', timeout: 60_000 });
mocha.grep(new RegExp(` (?:${Object.keys(leftOut).join('|')})\\. `)).invert();
// A page loads the pool of this thread with its first run there; only later ones emit at once.
const { parallel } = await import('../../../src/operators/parallel.ts');
await parallel((n: number) => n, [1], { workers: 0 });
for (const load of [
  () => import('../../contract/concurrency.spec.ts'),
  () => import('../../contract/grammar.spec.ts'),
  () => import('../../contract/reentrancy.spec.ts'),
  () => import('../../contract/shape.spec.ts'),
  () => import('../../contract/sharing.spec.ts'),
  () => import('../../contract/teardown.spec.ts'),
  () => import('./properties.spec.ts'),
  () => import('../../util/rx/clockOf.spec.ts'),
])
  await load();
// Some specs name a limit for Node.
mocha.suite.eachTest((test: Mocha.Test) => test.timeout(120_000));
await postResults();
