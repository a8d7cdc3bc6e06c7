import v8 from 'node:v8';

// Taken now: a task may replace them.
const { Serializer, Deserializer } = v8;

/**
 * Writes a value as bytes for another process: by V8's structured clone, as between threads. Not by `v8.serialize`, which
 * copies shared memory without a word, and whose reader makes views into the whole message.
 *
 * @throws where something cannot be cloned.
 */
export function toBytes(value: unknown): Uint8Array {
  const serializer = new Serializer();
  serializer.writeHeader();
  serializer.writeValue(value);
  return serializer.releaseBuffer();
}

/**
 * Reads what {@link toBytes} has written.
 *
 * @throws if it cannot be read: what is nested too deep, and what only threads share.
 */
export function fromBytes(bytes: Uint8Array): unknown {
  const deserializer = new Deserializer(bytes);
  deserializer.readHeader();
  return deserializer.readValue();
}
