import type { Writable } from 'node:stream';

/**
 * Makes a function that waits for the pending output of a thread. It returns undefined if none is pending. A thread's output
 * goes through the main thread, which does not wait for it when the thread ends.
 */
export function printed(streams: readonly Writable[]): () => Promise<void> | undefined {
  // Read now: a task may replace `write` later, to capture output.
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is applied to the stream.
  const writes = streams.map(({ write }) => write);
  const { apply } = Reflect;
  const NativePromise = Promise;

  return () => {
    let waiting: Promise<void> | undefined;
    for (let at = 0; at < streams.length; at += 1) {
      const stream = streams[at] as Writable;
      // A stream that a task has corked, ended or destroyed never writes its pending output.
      if (stream.writableLength === 0 || stream.writableCorked > 0 || stream.writableEnded || stream.destroyed)
        continue;
      const before = waiting;
      waiting = new NativePromise<void>((resolve) => {
        apply(writes[at] as Writable['write'], stream, ['', resolve]);
      });
      if (before !== undefined) waiting = both(before, waiting);
    }
    return waiting;
  };
}

async function both(first: Promise<void>, second: Promise<void>): Promise<void> {
  await first;
  await second;
}
