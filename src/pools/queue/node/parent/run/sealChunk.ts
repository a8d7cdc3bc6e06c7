import type { Job } from '../../../../pool.ts';
import { taskError } from '../../../../shared/itemErrors.ts';
import { isCloneable } from '../../../../wire/node/isCloneable.ts';
import { TaskCloneError, type ParallelError } from '../../../../../tasks/errors/errors.ts';
import { explainClone } from '../../../../../tasks/explainClone.ts';
import { messageOf } from '../../../../../util/messageOf.ts';
import { indexAt } from '../../../../../util/indexAt.ts';
import { detailsOf, itemError, nameOf } from '../../../../shared/itemErrors.ts';
import { chunkAddressOf } from '../../protocol/names.ts';
import type { ChunkMessage } from '../../protocol/messages.ts';
import type { Exchange } from '../Exchange.ts';

const isSendable = isCloneable('process');

/** The bytes of a chunk; or the number of items of a smaller chunk, if it cannot be sent; or the error of its first item. */
export type Sealed = { readonly bytes: Uint8Array } | { readonly fewer: number } | { readonly failed: ParallelError };

/**
 * Writes a chunk as bytes.
 *
 * @param position - The position in the job of the first item.
 * @param id - The name of the chunk.
 */
export function sealChunk(
  job: Job<unknown>,
  position: number,
  items: readonly unknown[],
  id: string,
  args: string | undefined,
  { names, sealer, inbox, runs, modules, limits }: Exchange,
): Sealed {
  const moved = checkTransfer(job, position, items);
  if (moved !== undefined) return moved;
  const message: ChunkMessage = {
    id,
    from: inbox.key,
    run: runs.nameOf(job),
    module: modules.of(job.task),
    name: job.task.origin.name,
    style: job.task.style,
    args,
    first: indexAt(job, position),
    indices: job.indices?.slice(position, position + items.length),
    attempt: job.attempt,
    timeout: job.timeout,
    graceMs: job.graceMs,
    items,
    maxBytes: limits.maxMessageBytes,
  };
  try {
    return { bytes: sealer.seal(chunkAddressOf(names, id), message, limits.maxMessageBytes) };
  } catch (reason) {
    if (items.length === 1) return { failed: unsendableError(job, position, reason) };
    const at = items.findIndex((item) => !isSendable(item));
    return { fewer: at === -1 ? Math.ceil(items.length / 2) : Math.max(1, at) };
  }
}

/** Items are copied to another machine. `transfer` is only called so that its errors fail items here as in other pools. */
function checkTransfer(job: Job<unknown>, position: number, items: readonly unknown[]): Sealed | undefined {
  const { transfer } = job;
  if (transfer === undefined) return undefined;
  for (const [at, item] of items.entries()) {
    try {
      transfer(item);
    } catch (error) {
      return at === 0 ? { failed: taskError(job, position, error) } : { fewer: at };
    }
  }
  return undefined;
}

function unsendableError(job: Job<unknown>, position: number, reason: unknown): TaskCloneError {
  const details = detailsOf(job, position);
  const cause = explainClone(details.item, reason, 'sent');
  const after = ` cannot be sent to ${nameOf(job)} on another machine: ${messageOf(cause)}`;
  return itemError(TaskCloneError, { before: '', preposition: undefined, after }, { ...details, cause });
}
