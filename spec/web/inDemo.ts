// Functions that run in the demo page: each sees its arguments and the globals of the page, and nothing else of this file.

/** Waits until the page shows a view of this width, and all of its tiles. */
export async function untilDrawn(width: number): Promise<void> {
  const canvas = document.getElementById('picture');
  while (canvas?.ariaBusy !== 'false' || !canvas.ariaLabel?.endsWith(` ${String(width)} wide`))
    await new Promise(requestAnimationFrame);
}

/** Waits until the page tells the result of a search. */
export async function untilFound(text: string): Promise<void> {
  while (document.getElementById('searched')?.textContent.includes(`“${text}”`) !== true)
    await new Promise(requestAnimationFrame);
}

/** The words that a search has found. */
export function foundWords(): string[] {
  return [...document.querySelectorAll('#words li')].map(({ textContent }) => textContent);
}

/** What an element shows. */
export function textOf(id: string): string {
  return document.getElementById(id)?.textContent ?? '';
}

/** The width of the window, and that of the part of the page that needs most. */
export function widths(): { window: number; page: number } {
  return { window: innerWidth, page: document.documentElement.scrollWidth };
}

/** The lanes with a segment in them. */
export function filledLanes(): number {
  const canvas = document.getElementById('lanes') as HTMLCanvasElement;
  const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
  let filled = 0;
  let wasFilled = false;
  for (let row = 0; row < canvas.height; row += 1) {
    // Marks of cancelled pictures are white, and go through all lanes and the gaps between them.
    const isFilled = data
      .slice(row * canvas.width * 4, (row + 1) * canvas.width * 4)
      .some((value, n) => n % 4 === 3 && value > 0);
    if (isFilled && !wasFilled) filled += 1;
    wasFilled = isFilled;
  }
  return filled;
}

/** The view that the page names: its centre, and its width. */
export function shownView(): { x: number; y: number; width: number } {
  const label = document.getElementById('picture')?.ariaLabel ?? '';
  const [x = NaN, y = NaN, width = NaN] = (label.match(/-?\d+(?:\.\d+)?(?:e-?\d+)?/g) ?? []).map(Number);
  return { x, y, width };
}

/** How many tiles are not those of the view that the page names, as this thread computes them again. */
export async function wrongTiles(): Promise<number> {
  // @ts-expect-error -- the paths are those of the page.
  const { drawTile } = (await import('/drawTile.js')) as typeof import('../../examples/web/page/drawTile.js');
  // @ts-expect-error -- as above.
  const { allTiles, TILE, WHOLE } = (await import('/views.js')) as typeof import('../../examples/web/page/views.js');
  const canvas = document.getElementById('picture') as HTMLCanvasElement;
  const context = canvas.getContext('2d');
  const label = canvas.ariaLabel ?? '';
  const [x = NaN, y = NaN, width = NaN] = (label.match(/-?\d+(?:\.\d+)?(?:e-?\d+)?/g) ?? []).map(Number);
  const samples = Number(new URLSearchParams(location.search).get('samples'));
  return allTiles().filter((tile) => {
    const { pixels } = drawTile(tile, { ...WHOLE, samples, x, y, width }).result;
    const shown = context?.getImageData(tile.left, tile.top, TILE, TILE).data;
    return pixels.some((value, n) => value !== shown?.[n]);
  }).length;
}

/** What a page has seen while it computed. */
export interface Seen {
  /** The zooms while a picture was computed. */
  readonly cancels: number;
  readonly frames: number;
  readonly ms: number;
  readonly longTaskMs: readonly number[];
}

/** Zooms each time as soon as there are tiles, and waits for the end of the last picture. */
export async function zoomWhileDrawn(zooms: number): Promise<Seen> {
  const longTaskMs: number[] = [];
  const add = (entries: PerformanceEntryList): unknown => longTaskMs.push(...entries.map(({ duration }) => duration));
  const observer = new PerformanceObserver((list) => add(list.getEntries()));
  observer.observe({ type: 'longtask' });
  const startedAtMs = performance.now();
  let frames = 0;
  const nextFrame = async (): Promise<void> => {
    await new Promise(requestAnimationFrame);
    frames += 1;
  };
  let cancels = 0;
  for (let n = 0; n < zooms; n += 1) {
    if (document.getElementById('picture')?.ariaBusy === 'true') cancels += 1;
    document.getElementById('in')?.click();
    while (document.getElementById('tiles')?.textContent.startsWith('0 ') === true) await nextFrame();
  }
  while (document.getElementById('picture')?.ariaBusy !== 'false') await nextFrame();
  const ms = performance.now() - startedAtMs;
  // The entry of a task comes after it.
  await nextFrame();
  add(observer.takeRecords());
  observer.disconnect();
  return { cancels, frames, ms, longTaskMs };
}
