import { promises } from 'node:fs';
import { availableParallelism } from '../../../platform/availableParallelism.ts';
import type { AnyTask, Task } from '../../../tasks/Task.ts';
import { withDefaults } from '../../../util/options.ts';
import type { LendingBlock, LineBlock } from '../LineBlock.ts';
import { lineBlocks } from '../lineBlocks.ts';
import type { MapFileConfig } from '../MapFileConfig.ts';
import type { LentResult, MappedBlock } from '../task/blockTask.ts';
import { giveBack } from '../task/SharedBuffers.ts';
import { BLOCK_OPTIONS } from '../LineBlocksConfig.ts';
import { loadOperators } from './loadOperators.ts';
import { sharesMemory } from './sharesMemory.ts';
import { takeFileOptions } from './takeFileOptions.ts';
import { writeAll } from './writeAll.ts';
import { writeWhole } from './writeWhole.ts';

/** Maps a file into another one: see {@link mapFile}. */
export async function runFile<Out extends MappedBlock>(
  task: AnyTask,
  { from, to }: { readonly from: string; readonly to: string },
  given: MapFileConfig<Out> = {},
): Promise<void> {
  const { ofBlocks, ofRun, header = '', onBlock } = takeFileOptions(given);
  const { blockSize } = withDefaults(ofBlocks, BLOCK_OPTIONS);
  const blocks = lineBlocks(from, ofBlocks);
  const total =
    ofRun.progress === undefined ? undefined : { total: Math.ceil((await promises.stat(from)).size / blockSize) };
  const operators = await loadOperators();
  const lends = sharesMemory(operators, ofRun);
  const results = operators.parallelIterable(
    task as Task<LineBlock, Out | LentResult<Out>>,
    lends ? lending(blocks) : blocks,
    {
      bufferSize: 2 * workersOf(ofRun) + 2,
      ...ofRun,
      ...total,
      ordered: true,
    },
  );

  await writeWhole(to, ofRun.signal, async (file) => {
    await writeAll(file, Buffer.from(header));
    for await (const [, result] of results) {
      const isLent = lends && 'lent' in result;
      const { text, ...rest } = (isLent ? result.lent : result) as Out;
      await writeAll(file, text);
      // Not if the write fails: then nobody needs it again.
      if (isLent) giveBack(text);
      await onBlock?.(rest);
    }
  });
}

/** The most workers that a run may have. */
function workersOf({ workers, pool }: Pick<MapFileConfig, 'workers' | 'pool'>): number {
  const most = typeof pool === 'object' ? pool.size : availableParallelism();
  return Math.min(workers ?? most, typeof pool === 'object' ? most : Infinity);
}

async function* lending(blocks: AsyncIterable<LineBlock>): AsyncGenerator<LendingBlock, void, undefined> {
  for await (const block of blocks) yield { ...block, lends: true };
}
