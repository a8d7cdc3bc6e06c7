import { timed } from './timed.js';
import { pointAt, TILE, WHOLE, WIDTH } from './views.js';

/** A point has left for good at this distance, squared. Colours are smoother if it is large. */
const FAR = 2 ** 16;

/**
 * A task: computes a tile of the Mandelbrot set. It imports by relative URLs only, since import maps do not hold in workers.
 *
 * @param {import('./views.js').Tile} tile
 * @param {import('./views.js').View} view
 */
export function drawTile(tile, view) {
  return timed(() => ({ ...tile, view: view.number, pixels: pixelsOf(tile, view) }));
}

/**
 * @param {import('./views.js').Tile} tile
 * @param {import('./views.js').View} view
 */
function pixelsOf({ left, top }, view) {
  const pixels = new Uint8ClampedArray(TILE * TILE * 4);
  const limit = Math.round(300 + 50 * Math.log2(WHOLE.width / view.width));
  const { samples } = view;
  const step = view.width / WIDTH / samples;
  const colour = [0, 0, 0];
  for (let row = 0; row < TILE; row += 1)
    for (let column = 0; column < TILE; column += 1) {
      const { x, y } = pointAt(view, left + column, top + row);
      colour.fill(0);
      for (let sample = 0; sample < samples ** 2; sample += 1) {
        const dx = (sample % samples) * step;
        const dy = Math.floor(sample / samples) * step;
        addColour(colour, stepsToLeave(x + dx, y + dy, limit));
      }
      const at = (row * TILE + column) * 4;
      for (let part = 0; part < 3; part += 1) pixels[at + part] = (colour[part] ?? 0) / samples ** 2;
      pixels[at + 3] = 255;
    }
  return pixels;
}

/**
 * After how many steps a point leaves, with a fraction; Infinity if it does not within the limit.
 *
 * @param {number} cx
 * @param {number} cy
 * @param {number} limit
 */
function stepsToLeave(cx, cy, limit) {
  let x = 0;
  let y = 0;
  let xx = 0;
  let yy = 0;
  for (let n = 1; n <= limit; n += 1) {
    y = 2 * x * y + cy;
    x = xx - yy + cx;
    xx = x * x;
    yy = y * y;
    if (xx + yy > FAR) return n - Math.log2(Math.log2(xx + yy) / 2);
  }
  return Infinity;
}

/**
 * Adds the colour of a point, from 0 to 255 for red, green and blue. Points that do not leave are black.
 *
 * @param {number[]} colour
 * @param {number} steps
 */
function addColour(colour, steps) {
  if (steps === Infinity) return;
  const turn = Math.sqrt(Math.max(0, steps)) * 0.95;
  for (let part = 0; part < 3; part += 1)
    colour[part] = (colour[part] ?? 0) + 127.5 - 127.5 * Math.cos(turn + part * 0.55);
}
