/** The bytes that V8 writes for an object without properties: its tag, its end tag, and the number of its properties. */
const EMPTY = Buffer.from([0x6f, 0x7b, 0]);
const EMPTY_END = EMPTY.subarray(1);
/** The size of the pieces that are searched, each in its own way: a message may hold texts beside numbers. */
const PIECE = 2 ** 17;
/** The number of bytes of a piece that are sampled to choose the way of searching it. */
const SAMPLES = 32;
/** After so many ends of other values, mostly in text of two bytes a character, the search is for all three bytes. */
const MAX_MISSES = 16;
/** A message of fewer bytes is searched at once, which costs less than reading its arrays. */
const SMALL = 1024;
/** Arrays are read if their members have at least this many bytes on average: that costs less than the search. */
const LARGE = 32;

/**
 * Whether a message may hold an object that V8 writes without properties. The bytes are searched, since reading each object
 * would cost more. A text with the same bytes gives a false positive.
 *
 * @param bytes - The message, as V8 has written it.
 */
export function mayHoldEmptyObject(message: unknown, bytes: Buffer): boolean {
  if (bytes.length > SMALL && isFlat(message, bytes.length / LARGE)) return false;
  if (bytes.length <= PIECE) return isFound(bytes);
  for (let from = 0; from < bytes.length; from += PIECE)
    if (isFound(bytes.subarray(from, from + PIECE + EMPTY_END.length))) return true;
  return false;
}

/**
 * Whether a message has nothing but texts, numbers, bytes, and arrays of them. Objects inside it are not read: listing the
 * properties of a large object takes as long as writing it.
 *
 * @param max - The maximum number of members to read. A message with more is not flat.
 */
function isFlat(message: unknown, max: number): boolean {
  if (typeof message !== 'object' || message === null) return true;
  if (Object.getPrototypeOf(message) !== Object.prototype) return false;
  const waiting: (readonly unknown[])[] = [Object.values(message)];
  if (waiting[0]?.length === 0) return false;
  let left = max;
  for (let list = waiting.pop(); list !== undefined; list = waiting.pop()) {
    left -= list.length;
    if (left < 0) return false;
    for (const member of list) {
      if (typeof member !== 'object' || member === null || ArrayBuffer.isView(member)) continue;
      if (!Array.isArray(member)) return false;
      waiting.push(member);
    }
  }
  return true;
}

/** Searches for the rarer byte. A text of one byte a character has no zeros; numbers have many zeros and few braces. */
function isFound(bytes: Buffer): boolean {
  // `lastIndexOf` scans for the last of the three bytes, which is 0.
  if (!hasZeros(bytes)) return bytes.lastIndexOf(EMPTY) !== -1;
  let at = bytes.indexOf(EMPTY_END);
  for (let misses = 0; misses < MAX_MISSES && at !== -1; misses += 1) {
    if (bytes[at - 1] === EMPTY[0]) return true;
    at = bytes.indexOf(EMPTY_END, at + 1);
  }
  return at !== -1 && bytes.includes(EMPTY, at - 1);
}

function hasZeros(bytes: Buffer): boolean {
  const step = Math.ceil(bytes.length / SAMPLES);
  for (let at = 0; at < bytes.length; at += step) if (bytes[at] === 0) return true;
  return false;
}
