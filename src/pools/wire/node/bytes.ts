import v8 from 'node:v8';
import { mayHoldEmptyObject } from './mayHoldEmptyObject.ts';
import { refusePlatformObjects } from './refusePlatformObjects.ts';

// Read now: a task may replace them later.
const { Serializer, Deserializer } = v8;

/** Before Node 21, the serializer itself refuses platform objects such as a Blob. */
const WRITES_PLATFORM_OBJECTS = Number.parseInt(process.versions.node, 10) > 20;

/**
 * The largest message that Node reads from another process: its length is a signed integer of 32 bits. 64 KiB are left for
 * the data around the message.
 */
const MAX_BYTES = 2 ** 31 - 2 ** 16;

/**
 * Writes a value as bytes for another process, by V8's structured clone, as between threads. `v8.serialize` is unfit: it
 * copies shared memory without an error, and `v8.deserialize` makes views into the whole message.
 *
 * @param max - The maximum number of bytes. Node would misread a larger message, which would end the other process.
 * @throws the error of structured clone if a part cannot be cloned; RangeError if the value is too large.
 */
export function toBytes(value: unknown, max = MAX_BYTES): Uint8Array {
  const serializer = new Serializer();
  serializer.writeHeader();
  serializer.writeValue(value);
  const bytes = serializer.releaseBuffer();
  if (bytes.length > max)
    throw new RangeError(
      `it has ${String(bytes.length)} bytes, and a message between processes has ${String(max)} at most`,
    );
  if (WRITES_PLATFORM_OBJECTS && mayHoldEmptyObject(value, bytes)) refusePlatformObjects(value);
  return bytes;
}

/**
 * Reads a value that {@link toBytes} has written.
 *
 * @throws if it is nested too deep, or has memory that only threads can share.
 */
export function fromBytes(bytes: Uint8Array): unknown {
  const deserializer = new Deserializer(bytes);
  deserializer.readHeader();
  return deserializer.readValue();
}
