type Write = NodeJS.WriteStream['write'];

/** The `write` of a stream before it was replaced, and how to put it back. */
export interface Replaced {
  readonly write: (text: string) => boolean;
  readonly restore: () => void;
}

/**
 * Calls back before and after each write to a stream. Others may replace `write` too, and put theirs back in any order:
 * if theirs is in place when this one ends, then it stays beneath theirs, without effect.
 *
 * @param before - Runs before a write.
 * @param after - Runs after it, with the text or the bytes that were written.
 */
export function aroundWrites(
  stream: NodeJS.WriteStream,
  before: () => void,
  after: (chunk: string | Uint8Array) => void,
): Replaced {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with the stream
  const original = stream.write;
  const isOwn = Object.hasOwn(stream, 'write');
  let isActive = true;

  const write = function (this: NodeJS.WriteStream, ...args: Parameters<Write>): boolean {
    if (!isActive) return Reflect.apply(original, this, args);
    before();
    try {
      return Reflect.apply(original, this, args);
    } finally {
      after(args[0]);
    }
  } as Write;
  stream.write = write;

  return {
    write: (text) => original.call(stream, text),
    restore: () => {
      isActive = false;
      if (stream.write !== write) return;
      if (isOwn) stream.write = original;
      else delete (stream as { write?: Write }).write;
    },
  };
}
