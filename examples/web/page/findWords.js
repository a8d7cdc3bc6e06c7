import { timed } from './timed.js';

/** How many words there are. */
export const WORDS = 200_000;
/** A worker searches this many at a time, which takes a few milliseconds. */
const PART = 10_000;
/** The words that a part returns, and the page shows. */
export const BEST = 12;

/** The largest prime number below 64 ** 3: multiplied by another number, all positions get another place. */
const PRIME = 2 ** 18 - 5;
const STARTS = ['b', 'ch', 'd', 'f', 'g', 'j', 'k', 'l', 'm', 'n', 'p', 'r', 's', 'sh', 't', 'v'];
const VOWELS = ['a', 'e', 'i', 'o'];

/**
 * A word, and in how many letters its beginning differs from the text.
 *
 * @typedef {{ readonly word: string, readonly distance: number }} Match
 */

/** The words of each part, which a worker makes when it searches the part for the first time. @type {Map<number, string[]>} */
const made = new Map();

/** The first position of each part. */
export function allParts() {
  return Array.from({ length: WORDS / PART }, (_, part) => part * PART);
}

/**
 * A task: finds the closest words of a part.
 *
 * @param {number} first - The position of the first word of the part.
 * @param {string} text
 */
export function findWords(first, text) {
  return timed(() => {
    const words = made.get(first) ?? Array.from({ length: PART }, (_, n) => wordAt(first + n));
    made.set(first, words);
    return closest(words, text);
  });
}

/**
 * The closest ones of many words: only these are sorted.
 *
 * @param {readonly string[]} words
 * @param {string} text
 */
function closest(words, text) {
  /** @type {Match[][]} */
  const byDistance = Array.from({ length: text.length + 1 }, () => []);
  for (const word of words) {
    const distance = distanceTo(word, text);
    byDistance[distance]?.push({ word, distance });
  }
  /** @type {Match[]} */
  const best = [];
  for (const matches of byDistance) if (best.length < BEST) best.push(...matches);
  return bestOf(best);
}

/**
 * The closest ones first.
 *
 * @param {Match[]} matches
 */
export function bestOf(matches) {
  return matches
    .sort((a, b) => a.distance - b.distance || a.word.length - b.word.length || (a.word < b.word ? -1 : 1))
    .slice(0, BEST);
}

/**
 * The word at a position. Each position has another word.
 *
 * @param {number} position
 */
export function wordAt(position) {
  let rest = ((position + 1) * 48_271) % PRIME;
  let word = '';
  for (let syllable = 0; syllable < 3; syllable += 1) {
    word += (STARTS[rest % 16] ?? '') + (VOWELS[Math.floor(rest / 16) % 4] ?? '');
    rest = Math.floor(rest / 64);
  }
  return word;
}

/**
 * How many letters one must change, add or leave out to make of the text the beginning of a word: Levenshtein's distance.
 *
 * @param {string} word
 * @param {string} text
 */
function distanceTo(word, text) {
  // The two rows of the table that it needs at a time.
  let row = Array.from({ length: word.length + 1 }, (_, n) => n);
  let next = [...row];
  for (let t = 0; t < text.length; t += 1) {
    next[0] = t + 1;
    for (let w = 0; w < word.length; w += 1) {
      const changed = (row[w] ?? 0) + (word.charCodeAt(w) === text.charCodeAt(t) ? 0 : 1);
      next[w + 1] = Math.min(changed, (row[w + 1] ?? 0) + 1, (next[w] ?? 0) + 1);
    }
    [row, next] = [next, row];
  }
  return Math.min(...row);
}
