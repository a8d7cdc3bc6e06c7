/** Before the bytes of a buffer: whether the writer still has it. */
const HEADER_BYTES = 8;
const FREE = 0;
const LENT = 1;

/** Requests of about the same size fit into the same buffer. */
const STEP_BYTES = 2 ** 16;

/** A worker has no more buffers lent than results wait to be written, unless results were dropped with their run. */
const MAX_KNOWN = 32;

/**
 * The buffers of one thread, which it lends with its results and reuses when the writer has given them back. No other worker
 * ever writes to them: after a timeout or a crash, the item gets a buffer of another worker.
 *
 * They are known by weak references, so that an idle thread does not keep them, nor those that are never given back.
 */
export class SharedBuffers {
  private known: WeakRef<SharedArrayBuffer>[] = [];

  /** Gives memory that nobody uses. Its content is not defined. */
  take(byteLength: number): Uint8Array<SharedArrayBuffer> {
    return new Uint8Array(this.find(HEADER_BYTES + byteLength), HEADER_BYTES, byteLength);
  }

  private find(size: number): SharedArrayBuffer {
    const alive: WeakRef<SharedArrayBuffer>[] = [];
    let found: SharedArrayBuffer | undefined;
    for (const reference of this.known) {
      const buffer = reference.deref();
      if (buffer === undefined) continue;
      const isFree = Atomics.load(flagOf(buffer), 0) === FREE;
      // A free one that is too small would never be used again, since all blocks are about as large.
      if (isFree && buffer.byteLength < size) continue;
      alive.push(reference);
      if (isFree) found ??= buffer;
    }
    if (found === undefined) {
      found = new SharedArrayBuffer((Math.floor(size / STEP_BYTES) + 2) * STEP_BYTES);
      alive.push(new WeakRef(found));
    }
    Atomics.store(flagOf(found), 0, LENT);
    this.known = alive.slice(-MAX_KNOWN);
    return found;
  }
}

/** Gives a buffer back to the thread that has lent it. */
export function giveBack({ buffer }: Uint8Array): void {
  Atomics.store(flagOf(buffer), 0, FREE);
}

const flagOf = (buffer: ArrayBufferLike): Int32Array => new Int32Array(buffer, 0, 1);
