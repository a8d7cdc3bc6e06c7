import { animationFrames, buffer, fromEvent, map, merge, pairwise, scan, startWith, switchMap, tap } from 'rxjs';
import { parallel$, tasks, values } from 'rxjs-parallel';
import { element, write } from './element.js';
import { Picture } from './Picture.js';
import { allTiles, pointAt, WHOLE, WIDTH, zoomed } from './views.js';

/** @typedef {import('./views.js').View} View */
/** @typedef {(view: View) => View} Change */

const { drawTile } = /** @type {ReturnType<typeof tasks<typeof import('./drawTile.js')>>} */ (
  tasks(new URL('./drawTile.js', import.meta.url))
);

/**
 * Draws the picture, and draws it anew after each zoom.
 *
 * @param {import('rxjs-parallel').Pool} pool
 * @param {import('./Lanes.js').Lanes} lanes
 * @param {number} samples - Points for each pixel, in each direction.
 */
export function showPicture(pool, lanes, samples) {
  /** @type {View} */
  const whole = { ...WHOLE, samples };
  const canvas = element('picture', HTMLCanvasElement);
  const picture = new Picture(canvas);
  const tiles = allTiles();
  let shown = 0;
  let cancelled = 0;
  let late = 0;

  const views$ = changes$(canvas, whole).pipe(
    scan((view, change) => ({ ...change(view), number: view.number + 1 }), whole),
    // The first picture, and the one before it.
    startWith(whole, whole),
    pairwise(),
  );

  views$
    .pipe(
      // A new view unsubscribes from the picture of the view before: this alone cancels its tiles, also in the workers.
      switchMap(([before, view]) => {
        const startedAtMs = performance.now();
        let done = 0;
        let frames = 0;
        shown = view.number;
        picture.move(before, view);
        canvas.ariaBusy = 'true';
        canvas.ariaLabel = `The Mandelbrot set around ${view.x}, ${view.y}: ${view.width} wide`;
        write('tiles', `0 of ${tiles.length}`);

        return parallel$(drawTile, tiles, { pool, args: [view] }).pipe(
          values(),
          // All tiles of a frame are drawn at once.
          buffer(
            animationFrames().pipe(
              tap(() => {
                frames += 1;
              }),
            ),
          ),
          tap({
            next: (drawn) => {
              for (const { result, ...span } of drawn) {
                picture.put(result);
                lanes.add(span, `hsl(${Math.round((result.left / WIDTH) * 300)} 75% 62%)`);
                if (result.view !== shown) late += 1;
              }
              done += drawn.length;
              lanes.draw();
              const seconds = (performance.now() - startedAtMs) / 1000;
              write('tiles', `${done} of ${tiles.length}`);
              write('time', `${Math.round(seconds * 1000)} ms`);
              write('frames', Math.round(frames / seconds));
              write('late', late);
            },
            unsubscribe: () => {
              cancelled += 1;
              lanes.cancel();
              write('cancelled', cancelled);
            },
            complete: () => {
              canvas.ariaBusy = 'false';
            },
          }),
        );
      }),
    )
    .subscribe();
}

/**
 * What the buttons and the taps do with the view.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {View} whole
 * @returns {import('rxjs').Observable<Change>}
 */
function changes$(canvas, whole) {
  const tap$ = fromEvent(canvas, 'click', (/** @type {MouseEvent} */ { offsetX, offsetY }) => {
    const ratio = WIDTH / canvas.clientWidth;
    return (/** @type {View} */ view) => zoomed(view, 1 / 2, pointAt(view, offsetX * ratio, offsetY * ratio));
  });
  return merge(
    tap$,
    button$('in', (view) => zoomed(view, 1 / 2)),
    button$('out', (view) => zoomed(view, 2)),
    button$('whole', () => whole),
  );
}

/**
 * @param {string} id
 * @param {Change} change
 */
function button$(id, change) {
  return fromEvent(element(id, HTMLButtonElement), 'click').pipe(map(() => change));
}
