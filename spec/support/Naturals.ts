/** An endless source, to be pulled or read as a stream, that counts what is read of it and how often it is left. */
export class Naturals implements Iterable<number> {
  reads = 0;
  ends = 0;
  /** The same, asynchronously. */
  readonly later: AsyncIterable<number> = { [Symbol.asyncIterator]: () => this.count() };

  *[Symbol.iterator](): Generator<number> {
    try {
      for (let n = 0; ; n += 1) {
        this.reads += 1;
        yield n;
      }
    } finally {
      this.ends += 1;
    }
  }

  private async *count(): AsyncGenerator<number> {
    yield* this;
    await Promise.resolve();
  }
}
