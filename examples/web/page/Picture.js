import { HEIGHT, TILE, WIDTH } from './views.js';

/** The canvas with the picture. */
export class Picture {
  /** @type {CanvasRenderingContext2D} */
  #context;

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    canvas.width = WIDTH;
    canvas.height = HEIGHT;
    this.#context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { alpha: false }));
  }

  /**
   * Shows what it has of another view, enlarged or made smaller, until the tiles come.
   *
   * @param {import('./views.js').View} from - The view that it shows.
   * @param {import('./views.js').View} to
   */
  move(from, to) {
    const scale = from.width / to.width;
    const step = to.width / WIDTH;
    const context = this.#context;
    context.save();
    context.globalCompositeOperation = 'copy';
    context.translate(WIDTH / 2 + (from.x - to.x) / step, HEIGHT / 2 + (from.y - to.y) / step);
    context.scale(scale, scale);
    context.drawImage(context.canvas, -WIDTH / 2, -HEIGHT / 2);
    context.restore();
  }

  /** @param {import('./views.js').Tile & { readonly pixels: Uint8ClampedArray<ArrayBuffer> }} tile */
  put({ left, top, pixels }) {
    this.#context.putImageData(new ImageData(pixels, TILE, TILE), left, top);
  }
}
