/**
 * A number from 0 to below 1 that looks like chance, and is the same for the same two numbers everywhere.
 *
 * @param {number} seed
 * @param {number} n
 * @returns {number}
 */
export function chance(seed, n) {
  let bits = Math.imul(seed ^ Math.imul(n, 0x9e3779b1), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 15), 0xc2b2ae35);
  bits = Math.imul(bits ^ (bits >>> 13), 0x27d4eb2f);
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
}
