/** How V8 writes an object without properties: its tag, the tag of its end, and the number of its properties. */
const EMPTY = Buffer.from([0x6f, 0x7b, 0]);
const EMPTY_END = EMPTY.subarray(1);
/** Bytes are searched in pieces of this size, since a message may hold texts beside numbers. */
const PIECE = 2 ** 17;
/** The number of bytes of a piece that say how it is searched. */
const SAMPLES = 32;
/** After so many ends of something else, which are mostly text of two bytes a character, the search is for the whole. */
const MAX_MISSES = 16;
/** Of fewer bytes, the search costs less than a look at the arrays. */
const SMALL = 1024;
/** Arrays are looked through if their members have this many bytes each, on average: that costs less than the search. */
const LARGE = 32;

/**
 * Whether a message may hold an object that V8 writes as one without properties. It is searched for in the bytes, since a look
 * at each object would cost more; a text with the same bytes is taken for one.
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
 * Whether a message has nothing but texts, numbers, bytes, and arrays of them. Objects are not looked into: to list the
 * properties of a large one takes as long as to write it.
 *
 * @param max - The number of members of arrays that are looked at.
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

/** The search goes by the rarer byte. A text of one byte a character has no zeros; numbers have many of them, and few braces. */
function isFound(bytes: Buffer): boolean {
  // Backwards, it is the last byte of the three that is searched for.
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
