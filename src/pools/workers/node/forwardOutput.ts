import type { ChildProcess } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import type { Worker } from 'node:worker_threads';

/**
 * Shows what a worker writes, as if it were written here.
 *
 * @param isPiped - Whether its output does not get here by itself.
 * @param onStderr - Is told what it writes to stderr.
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
  // A task that reads its standard input, or starts a program that does, would wait for ever for what nobody writes.
  stdin?.destroy();
}
