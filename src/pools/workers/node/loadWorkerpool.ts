import { createRequire } from 'node:module';
import type workerpool from 'workerpool';

/** Loads workerpool with the first worker. The build puts workerpool itself here. */
export function loadWorkerpool(): typeof workerpool {
  return createRequire(import.meta.url)('workerpool') as typeof workerpool;
}
