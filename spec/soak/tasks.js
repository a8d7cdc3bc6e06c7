// JavaScript, so that workers need no loader: one that lives for less than half a second would do little but load it.
import { setTimeout as sleep } from 'node:timers/promises';
import { threadId } from 'node:worker_threads';
import { currentTask } from 'rxjs-parallel/worker';
import { chance } from './chance.js';

/**
 * What an item does besides being ready after a while.
 *
 * @typedef {'loops' | 'waits' | 'fails' | 'yields' | 'yields later' | 'exits' | 'throws later' | 'rejects'} Deed
 */

/**
 * Which part of all items does what. Deadly ones are rare, since each costs the time that a worker takes to boot.
 *
 * @type {readonly (readonly [part: number, deed: Deed])[]}
 */
const PARTS = [
  [0.03, 'waits'],
  [0.01, 'yields'],
  [0.005, 'yields later'],
  [0.002, 'fails'],
  [0.0002, 'exits'],
  [0.0002, 'throws later'],
  [0.0002, 'rejects'],
];

/**
 * The ways to end the worker, at the first attempt.
 *
 * @type {ReadonlySet<Deed>}
 */
export const DEADLY = new Set(/** @type {const} */ (['exits', 'throws later', 'rejects']));

/** How often an item that yields does so. */
export const YIELDS = 3;

/**
 * What the item with that index does.
 *
 * @param {number} index
 * @param {number} seed
 * @returns {Deed}
 */
export function deedOf(index, seed) {
  let left = chance(seed, index);
  for (const [part, deed] of PARTS) {
    left -= part;
    if (left < 0) return deed;
  }
  return 'loops';
}

/**
 * What the item with that index gives, or yields after so many yields before.
 *
 * @param {number} index
 * @param {number} [yields]
 * @returns {number}
 */
export const resultOf = (index, yields = 0) => index * YIELDS + yields;

/**
 * An item of the soak.
 *
 * @param {number} index
 * @param {number} seed
 * @returns {number | Promise<number> | Generator<number> | AsyncGenerator<number>}
 */
export function work(index, seed) {
  const deed = deedOf(index, seed);
  if (currentTask()?.attempt === 1) harm(deed);
  loop(0.4 * chance(seed + 1, index));
  switch (deed) {
    case 'waits':
      return waitThen(2 * chance(seed + 2, index), resultOf(index));
    case 'yields':
      return yieldAll(index);
    case 'yields later':
      return yieldAllLater(index);
    case 'fails':
      throw new RangeError(`item ${String(index)}`);
    default:
      return resultOf(index);
  }
}

/**
 * Where it runs, said after long enough for the other workers to get items too.
 *
 * @returns {string}
 */
export function place() {
  loop(20);
  return `${String(process.pid)} ${String(threadId)}`;
}

/** @returns {never} */
export function hang() {
  for (;;);
}

/** @returns {Promise<never>} */
export const sleepForever = () => sleep(2 ** 30);

/**
 * Ends the worker, at once or when it is at work on another item, or on none.
 *
 * @param {Deed} deed
 */
function harm(deed) {
  if (deed === 'exits') process.exit(3);
  if (deed !== 'throws later' && deed !== 'rejects') return;
  // What a dying worker prints would bury the figures.
  console.error = () => undefined;
  const error = new Error('of something that the item has left behind');
  if (deed === 'rejects') void Promise.reject(error);
  else
    setTimeout(() => {
      throw error;
    }, 2);
}

/** @param {number} ms */
function loop(ms) {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

/**
 * @param {number} ms
 * @param {number} result
 */
async function waitThen(ms, result) {
  await sleep(ms);
  return result;
}

/** @param {number} index */
function* yieldAll(index) {
  for (let yields = 0; yields < YIELDS; yields += 1) yield resultOf(index, yields);
}

/** @param {number} index */
async function* yieldAllLater(index) {
  for (const result of yieldAll(index)) {
    await sleep(1);
    yield result;
  }
}
