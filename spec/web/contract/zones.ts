import 'zone.js';
import { postResults } from '../page/postResults.ts';
import { defineProcess } from './shims/process.ts';

defineProcess();
mocha.setup({ ui: 'bdd', timeout: 60_000 });
await import('./zones.spec.ts');
await import('./changeDetections.spec.ts');
await postResults();
