import { postResults } from './postResults.ts';

mocha.setup({ ui: 'bdd', timeout: 20_000 });
await import('./parallel.spec.ts');
await postResults();
