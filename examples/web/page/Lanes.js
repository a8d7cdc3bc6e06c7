import { nowMs } from './timed.js';
import { write } from './element.js';

/** The time that the lanes show. */
const WINDOW_MS = 3000;
/** In pixels of the canvas, which is as wide as the page. */
const WIDTH = 1536;
const LANE = 16;
const GAP = 4;

/** @typedef {Omit<import('./timed.js').Span, 'worker'> & { readonly lane: number, readonly colour: string }} Segment */

/** Draws a lane for each worker, with a segment for each item that it did. */
export class Lanes {
  /** @type {CanvasRenderingContext2D} */
  #context;
  /** @type {Segment[]} */
  #segments = [];
  /** @type {number[]} */
  #cancelledAtMs = [];
  /** The worker of each lane, and when its last item ended. @type {{ worker: number, endedAtMs: number }[]} */
  #lanes = [];
  #count;
  #lastMs = 0;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {number} count - The number of lanes.
   */
  constructor(canvas, count) {
    this.#count = count;
    canvas.width = WIDTH;
    canvas.height = count * (LANE + GAP) + GAP;
    // A lane is as high on a phone as elsewhere.
    canvas.style.height = `${canvas.height}px`;
    this.#context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  }

  /**
   * @param {import('./timed.js').Span} span
   * @param {string} colour
   */
  add({ worker, startedAtMs, endedAtMs }, colour) {
    const lane = this.#laneOf(worker);
    this.#lanes[lane] = { worker, endedAtMs };
    this.#segments.push({ lane, startedAtMs, endedAtMs, colour });
    this.#lastMs = Math.max(this.#lastMs, endedAtMs);
  }

  /** Marks that a picture is cancelled now. */
  cancel() {
    this.#lastMs = nowMs();
    this.#cancelledAtMs.push(this.#lastMs);
  }

  /** Draws the time until the last item ended. It is called once for each frame. */
  draw() {
    const startMs = this.#lastMs - WINDOW_MS;
    const scale = WIDTH / WINDOW_MS;
    const context = this.#context;
    this.#segments = this.#segments.filter(({ endedAtMs }) => endedAtMs > startMs);
    this.#cancelledAtMs = this.#cancelledAtMs.filter((ms) => ms > startMs);

    context.clearRect(0, 0, WIDTH, context.canvas.height);
    for (const { lane, startedAtMs, endedAtMs, colour } of this.#segments) {
      context.fillStyle = colour;
      const left = (startedAtMs - startMs) * scale;
      // A thin gap keeps the tiles apart; the shortest segment is still to be seen.
      const width = Math.max(1, (endedAtMs - startedAtMs) * scale - 1);
      context.fillRect(left, GAP + lane * (LANE + GAP), width, LANE);
    }
    context.fillStyle = '#ffffff';
    for (const ms of this.#cancelledAtMs) context.fillRect((ms - startMs) * scale - 1, 0, 2, context.canvas.height);
    write('workers', `${this.#lanes.length} of ${this.#count}`);
  }

  /**
   * The lane of a worker. A new worker has the place of one that has ended: of the one that has been idle for the longest time.
   *
   * @param {number} worker
   */
  #laneOf(worker) {
    const known = this.#lanes.findIndex((lane) => lane.worker === worker);
    if (known !== -1) return known;
    if (this.#lanes.length < this.#count) return this.#lanes.length;

    const idle = Math.min(...this.#lanes.map(({ endedAtMs }) => endedAtMs));
    return this.#lanes.findIndex(({ endedAtMs }) => endedAtMs === idle);
  }
}
