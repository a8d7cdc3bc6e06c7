const minus = 0x2d;
const zero = 0x30;

/** Writes ASCII text into given memory, or into memory of its own if that is too small. */
export class Writer {
  private bytes: Uint8Array;
  private at = 0;

  constructor(memory: Uint8Array) {
    this.bytes = memory;
  }

  /** All that was written. */
  get written(): Uint8Array {
    return this.bytes.subarray(0, this.at);
  }

  /** Writes a part of other bytes. */
  copy(source: Uint8Array, start: number, end: number): this {
    this.reserve(end - start);
    for (let from = start; from < end; from++) this.bytes[this.at++] = source[from] ?? 0;
    return this;
  }

  text(text: string): this {
    this.reserve(text.length);
    for (let from = 0; from < text.length; from++) this.bytes[this.at++] = text.charCodeAt(from);
    return this;
  }

  /** Writes a whole number of up to 15 digits. */
  integer(value: number): this {
    this.reserve(16);
    if (value < 0) this.bytes[this.at++] = minus;

    const magnitude = Math.abs(value);
    let scale = 1;
    while (scale * 10 <= magnitude) scale *= 10;
    for (; scale >= 1; scale /= 10) this.bytes[this.at++] = zero + (Math.floor(magnitude / scale) % 10);
    return this;
  }

  private reserve(count: number): void {
    if (this.at + count <= this.bytes.length) return;

    const { bytes } = this;
    this.bytes = new Uint8Array(2 * (bytes.length + count));
    this.bytes.set(bytes);
  }
}
