import { TaskLoadError } from '../../../../../tasks/errors/errors.ts';
import { messageOf } from '../../../../../util/messageOf.ts';
import type { Job } from '../../../../pool.ts';
import { indexAt } from '../../../../../util/indexAt.ts';
import type { Exchange } from '../Exchange.ts';
import type { PendingRun } from './Pending.ts';
import type { SentChunk } from './SentChunk.ts';

/** The time after which a chunk that the queue has refused is submitted again, in milliseconds. */
const RESUBMIT_MS = 250;

/** Adds a chunk to the queue. Tries again if the queue refuses it for a temporary reason. */
export function submit(
  chunk: SentChunk,
  bytes: Uint8Array,
  job: Job<unknown>,
  { link, args, clock, limits, modules }: Exchange,
  run: PendingRun,
): void {
  chunk.bytes = bytes.length;
  const queued = {
    id: chunk.id,
    title: `task ${modules.of(job.task)}.${job.task.origin.name}`,
    range: [indexAt(job, chunk.base), indexAt(job, chunk.end - 1)] as const,
    bytes,
    // The highest priority of a run goes first, and the lowest of a pool.
    rank: limits.priority - (job.priority ?? 0),
  };
  const put = (): void => {
    const submitted =
      job.args.length === 0 ? link.submit(queued) : args.stored(job.args).then(() => link.submit(queued));
    submitted.then(
      () => {
        chunk.isAccepted = true;
      },
      (cause: unknown) => {
        if (run.chunk !== chunk) return;
        if (link.mayPass(cause) && clock.now() - chunk.submittedAtMs < limits.workersTimeoutMs) {
          clock.after(RESUBMIT_MS, () => {
            if (run.chunk === chunk) put();
          });
          return;
        }
        run.fail(new TaskLoadError(`the queue has refused a chunk: ${messageOf(cause)}`, { cause }));
      },
    );
  };
  put();
}
