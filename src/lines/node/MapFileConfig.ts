import type { ParallelConfig } from '../../operators/config/ParallelConfig.ts';
import type { LineBlock } from './LineBlock.ts';
import type { LineBlocksConfig } from './LineBlocksConfig.ts';
import type { MappedBlock } from './task/blockTask.ts';

/**
 * Options of {@link mapFile}: those of {@link lineBlocks}, those of a run, and two of its own.
 *
 * @typeParam Out - What the task makes of a block.
 * @typeParam Args - The arguments of the task after the block.
 */
export interface MapFileConfig<Out extends MappedBlock = MappedBlock, Args extends readonly unknown[] = []>
  extends
    LineBlocksConfig,
    Pick<
      ParallelConfig<LineBlock, Args>,
      | 'workers'
      | 'pool'
      | 'args'
      | 'chunkSize'
      | 'bufferSize'
      | 'priority'
      | 'timeout'
      | 'retry'
      | 'crashRetries'
      | 'signal'
      | 'progress'
    > {
  /**
   * The maximum number of blocks that are being mapped or wait to be written, an integer from 1. Each takes memory.
   *
   * @defaultValue 2 × workers + 2
   */
  readonly bufferSize?: number;
  /** What the new file begins with. @defaultValue nothing */
  readonly header?: string;
  /**
   * Is called with the result of each block without its `text`, in the order of the file, when the text has been written. The
   * run goes on when its promise has resolved; it fails if the function fails.
   *
   * @defaultValue nothing is called
   */
  readonly onBlock?: (result: Omit<Out, 'text'>) => void | PromiseLike<void>;
}
