/** The size of the picture and of its tiles, in pixels. A tile takes a few milliseconds, so that a cancelled one ends soon. */
export const WIDTH = 768;
export const HEIGHT = 512;
export const TILE = 32;

/** Numbers have no more digits: a picture that is zoomed further consists of squares. */
const MIN_WIDTH = 1e-12;
/** A point with much to see around it, for the buttons. */
const TARGET = { x: -0.743643887037151, y: 0.13182590420533 };

/**
 * A point of the plane.
 *
 * @typedef {{ readonly x: number, readonly y: number }} Point
 */

/**
 * The part of the plane that a picture shows: its centre, its width, and the point that the buttons zoom to. Each pixel is the
 * mean of `samples` by `samples` points. The number counts the pictures.
 *
 * @typedef {Point & {
 *   readonly width: number,
 *   readonly target: Point,
 *   readonly samples: number,
 *   readonly number: number,
 * }} View
 */

/**
 * A tile of the picture, by its place on the canvas.
 *
 * @typedef {{ readonly left: number, readonly top: number }} Tile
 */

/** @type {View} */
export const WHOLE = { x: -0.75, y: 0, width: 3.6, target: TARGET, samples: 3, number: 0 };

/**
 * Zooms, so that a point stays at its place on the canvas.
 *
 * @param {View} view
 * @param {number} factor - Of the width: below 1 to see more of less.
 * @param {Point} target
 * @returns {View}
 */
export function zoomed(view, factor, target = view.target) {
  const width = Math.min(WHOLE.width, Math.max(MIN_WIDTH, view.width * factor));
  const scale = width / view.width;
  return {
    ...view,
    x: target.x + (view.x - target.x) * scale,
    y: target.y + (view.y - target.y) * scale,
    width,
    target,
  };
}

/**
 * The point of the plane at a place of the canvas.
 *
 * @param {View} view
 * @param {number} left - In pixels of the canvas.
 * @param {number} top
 * @returns {Point}
 */
export function pointAt({ x, y, width }, left, top) {
  const step = width / WIDTH;
  return { x: x + (left - WIDTH / 2) * step, y: y + (top - HEIGHT / 2) * step };
}

/**
 * All tiles of a picture, from its middle outwards.
 *
 * @returns {readonly Tile[]}
 */
export function allTiles() {
  const tiles = [];
  for (let top = 0; top < HEIGHT; top += TILE) for (let left = 0; left < WIDTH; left += TILE) tiles.push({ left, top });
  return tiles.sort((a, b) => fromMiddle(a) - fromMiddle(b));
}

/** @param {Tile} tile */
function fromMiddle({ left, top }) {
  return Math.hypot(left + TILE / 2 - WIDTH / 2, top + TILE / 2 - HEIGHT / 2);
}
