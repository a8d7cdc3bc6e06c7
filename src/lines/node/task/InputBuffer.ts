/** Blocks of about the same size fit into the same buffer. */
const STEP_BYTES = 2 ** 16;

/** The buffer into which a thread reads one block after another. An idle thread does not keep it. */
export class InputBuffer {
  private known: WeakRef<ArrayBuffer> | undefined;
  private isInUse = false;

  /** Calls a function with memory that is its own until it returns. Its content is not defined. */
  use<T>(byteLength: number, call: (bytes: Uint8Array<ArrayBuffer>) => T): T {
    // A task that calls another one needs a second buffer.
    if (this.isInUse) return call(new Uint8Array(byteLength));

    let buffer = this.known?.deref();
    if (buffer === undefined || buffer.byteLength < byteLength) {
      buffer = new ArrayBuffer((Math.floor(byteLength / STEP_BYTES) + 2) * STEP_BYTES);
      this.known = new WeakRef(buffer);
    }
    this.isInUse = true;
    try {
      return call(new Uint8Array(buffer, 0, byteLength));
    } finally {
      this.isInUse = false;
    }
  }
}
