import type { WorkerClient } from '../WorkerClient.ts';
import { CallLink } from './CallLink.ts';

/** The links to workers that have had calls. Here, so that a program without calls does not load their code. */
const links = new WeakMap<WorkerClient, CallLink>();

/** The link for single calls to a worker, opened on first use. */
export function linkOf(worker: WorkerClient): CallLink {
  const known = links.get(worker);
  if (known !== undefined) return known;
  const link = new CallLink(
    (listener) => worker.openCalls(listener),
    (report) => {
      worker.setExitReport(report);
    },
  );
  links.set(worker, link);
  const { connection } = link;
  if (connection !== undefined) void worker.call('connect', connection, undefined, [connection.port]);
  void worker.exited.then(async () => {
    await link.end(worker);
  });
  return link;
}
