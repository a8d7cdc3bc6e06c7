import v8 from 'node:v8';
import { mayHoldEmptyObject } from './mayHoldEmptyObject.ts';
import { refusePlatformObjects } from './refusePlatformObjects.ts';

// Taken now: a task may replace them.
const { Serializer, Deserializer } = v8;

/** Until Node 21, V8 asked Node for each object that is not plain, and refused it. */
const WRITES_PLATFORM_OBJECTS = Number.parseInt(process.versions.node, 10) > 20;

/**
 * The largest message that Node reads from another process: it takes the length for a number with a sign, of 32 bits. What
 * is around a message here takes less than the rest.
 */
const MAX_BYTES = 2 ** 31 - 2 ** 16;

/**
 * Writes a value as bytes for another process: by V8's structured clone, as between threads. Not by `v8.serialize`, which
 * copies shared memory without a word, and whose reader makes views into the whole message.
 *
 * @param max - How many bytes it may have. More would be read as garbage, in code of Node's, and end the program there.
 * @throws where something cannot be cloned; RangeError where it is too large.
 */
export function toBytes(value: unknown, max = MAX_BYTES): Uint8Array {
  const serializer = new Serializer();
  serializer.writeHeader();
  serializer.writeValue(value);
  const bytes = serializer.releaseBuffer();
  if (bytes.length > max)
    throw new RangeError(
      `it has ${String(bytes.length)} bytes, and a message between processes ${String(max)} at most`,
    );
  if (WRITES_PLATFORM_OBJECTS && mayHoldEmptyObject(value, bytes)) refusePlatformObjects(value);
  return bytes;
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
