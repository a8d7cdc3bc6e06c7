import { createRequire } from 'node:module';
import type workerpool from 'workerpool';

/** Loads workerpool when the first worker starts. The build replaces this by workerpool itself. */
export function loadWorkerpool(): typeof workerpool {
  return createRequire(import.meta.url)('workerpool') as typeof workerpool;
}
