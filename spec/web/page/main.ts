import { postResults } from './postResults.ts';

mocha.setup({ ui: 'bdd', timeout: 20_000 });
for (const load of [
  () => import('./runs.spec.ts'),
  () => import('./failures.spec.ts'),
  () => import('./faults.spec.ts'),
  () => import('./scripts.spec.ts'),
  () => import('./unreadable.spec.ts'),
  () => import('./frozen.spec.ts'),
])
  await load();
await postResults();
