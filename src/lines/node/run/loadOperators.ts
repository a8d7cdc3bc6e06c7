import type { LocalPool } from '../../../pools/local/LocalPool.ts';
import type { parallelIterable } from '../../../operators/parallelIterable.ts';
import type { ThreadPool } from '../../../pools/workers/node/ThreadPool.ts';

/** What {@link mapFile} needs of the main entry point. */
export interface Operators {
  readonly parallelIterable: typeof parallelIterable;
  readonly LocalPool: typeof LocalPool;
  readonly ThreadPool: typeof ThreadPool;
}

/** Loads them at the first call: modules of tasks import this entry point, too, and workers start faster without RxJS. */
export async function loadOperators(): Promise<Operators> {
  const [operators, local, threads] = await Promise.all([
    import('../../../operators/parallelIterable.ts'),
    import('../../../pools/local/LocalPool.ts'),
    import('../../../pools/workers/node/ThreadPool.ts'),
  ]);
  return { ...operators, ...local, ...threads };
}
