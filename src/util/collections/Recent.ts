/** A map with a maximum size, which keeps the values that were set or read last. */
export class Recent<Key, Value> {
  private readonly max: number;
  /** The one that was used last is the last. */
  private readonly values = new Map<Key, Value>();

  constructor(max: number) {
    this.max = max;
  }

  get(key: Key): Value | undefined {
    const value = this.values.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }

  set(key: Key, value: Value): void {
    this.values.delete(key);
    this.values.set(key, value);
    if (this.values.size <= this.max) return;
    for (const oldest of this.values.keys()) {
      this.values.delete(oldest);
      return;
    }
  }

  delete(key: Key): void {
    this.values.delete(key);
  }
}
