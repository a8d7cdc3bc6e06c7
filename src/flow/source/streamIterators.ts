/**
 * Reads a web stream, and cancels it on `return`, also while a read is pending. The stream's own iterator would wait for
 * that read.
 */
export function iteratorOfWebStream<In>(stream: Pick<ReadableStream<In>, 'getReader'>): AsyncIterator<In> {
  const reader = stream.getReader();
  return {
    next: async () => {
      try {
        const step = await reader.read();
        if (step.done) reader.releaseLock();
        return step as IteratorResult<In>;
      } catch (error) {
        reader.releaseLock();
        throw error;
      }
    },
    return: async () => {
      await reader.cancel();
      reader.releaseLock();
      return { done: true, value: undefined };
    },
  };
}

/** Reads a stream of Node, and destroys it on `return`, also while no data arrives. */
export function iteratorOfNodeStream<In>(stream: AsyncIterable<In>): AsyncIterator<In> {
  const iterator = stream[Symbol.asyncIterator]();
  return {
    next: () => iterator.next(),
    return: async () => {
      const returned = iterator.return?.();
      (stream as unknown as { destroy(): void }).destroy();
      await returned;
      return { done: true, value: undefined };
    },
  };
}
