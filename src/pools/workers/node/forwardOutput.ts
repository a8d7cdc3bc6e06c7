import type { ChildProcess } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import type { Worker } from 'node:worker_threads';

/**
 * Forwards the output of a worker to the output of this process.
 *
 * @param isPiped - Whether the output has to be forwarded here. Node itself forwards the output of threads.
 * @param onStderr - Receives the worker's output to stderr.
 */
export function forwardOutput(
  worker: Pick<Worker | ChildProcess, 'stdin' | 'stdout' | 'stderr'>,
  isPiped: boolean,
  onStderr: (text: string) => void,
): void {
  const { stdin, stdout, stderr } = worker;
  const decoder = new StringDecoder();
  stderr?.on('data', (data: Buffer) => {
    onStderr(decoder.write(data));
    if (isPiped) process.stderr.write(data);
  });
  if (!isPiped) return;
  stdout?.on('data', (data: Buffer) => {
    process.stdout.write(data);
  });
  for (const stream of [stdout, stderr]) (stream as { unref?: () => void } | null)?.unref?.();
  // Nothing writes to a worker's standard input. A task, or a program that a task starts, would wait for it for ever.
  stdin?.destroy();
}
