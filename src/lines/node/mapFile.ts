import type { ConfigOf } from '../../operators/config/ParallelConfig.ts';
import type { Task } from '../../tasks/Task.ts';
import { absolutePath } from './absolutePath.ts';
import type { LineBlock } from './LineBlock.ts';
import type { MapFileConfig } from './MapFileConfig.ts';
import { runFile } from './run/runFile.ts';
import type { MappedBlock } from './task/blockTask.ts';

/**
 * Maps the lines of a file into another file, in their order, on all cores. Workers read the lines; this thread writes the text.
 *
 * The new file is named `.partial` until it is whole: then it takes the place of a file with its name. If the run fails or is
 * aborted, it is removed. Blocks are cut and mapped only as fast as the disk takes the text, so that memory is bounded. Worker
 * threads, and this thread with `workers: 0`, use the memory of the lines and of the text again for later blocks.
 *
 * The promise rejects with the first error of the files, of the task or of `onBlock`; with the reason of `signal` if it aborts;
 * with a TypeError or RangeError if an option is wrong.
 *
 * @example Write all lines of a file in upper case
 * ```ts
 * const { upperCase } = tasks<typeof import('./lines.ts')>(new URL('./lines.ts', import.meta.url));
 *
 * await mapFile(upperCase, 'access.log', 'upper-case.log');
 * ```
 *
 * @typeParam Out - What the task makes of a block.
 * @typeParam Args - The arguments of the task after the block.
 * @param task - A task of a module that {@link mapLines} or {@link mapBlocks} has made.
 * @param from - The file to read. Workers open it by this path, unless `load` is set.
 * @param to - The file to write. It may be the same.
 * @param config - The options; required, with `args`, if the task has arguments after the block.
 * @see {@link lineBlocks} to do something else with the results.
 */
export async function mapFile<Out extends MappedBlock, Args extends readonly unknown[]>(
  task: Task<LineBlock, Out, Args>,
  from: string | URL,
  to: string | URL,
  ...config: ConfigOf<MapFileConfig<NoInfer<Out>, NoInfer<Args>>, Args>
): Promise<void> {
  const paths = { from: absolutePath('from', from), to: absolutePath('to', to) };
  await runFile(task, paths, config[0] as MapFileConfig<Out> | undefined);
}
