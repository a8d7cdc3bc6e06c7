import { debounceTime, distinctUntilChanged, fromEvent, map, of, switchMap, tap, toArray } from 'rxjs';
import { parallel$, tasks, values } from 'rxjs-parallel';
import { element, write } from './element.js';
import { allParts, bestOf, WORDS } from './findWords.js';

const { findWords } = /** @type {ReturnType<typeof tasks<typeof import('./findWords.js')>>} */ (
  tasks(new URL('./findWords.js', import.meta.url))
);

/** The time without a key before it searches. */
const QUIET_MS = 40;

/**
 * Searches while somebody types.
 *
 * @param {import('rxjs-parallel').Pool} pool
 * @param {import('./Lanes.js').Lanes} lanes
 */
export function showSearch(pool, lanes) {
  const input = element('text', HTMLInputElement);
  const list = element('words', HTMLOListElement);

  fromEvent(input, 'input')
    .pipe(
      map(() => input.value.trim().toLowerCase()),
      debounceTime(QUIET_MS),
      distinctUntilChanged(),
      // As with the picture: the next letter cancels the search before.
      switchMap((text) => (text === '' ? of({ words: [], note: '' }) : found$(text))),
    )
    .subscribe(({ words, note }) => {
      write('searched', note);
      list.replaceChildren(...words.map(item));
    });

  /** @param {string} text */
  function found$(text) {
    const startedAtMs = performance.now();
    // It goes before the tiles that wait.
    return parallel$(findWords, allParts(), { pool, args: [text], priority: 1 }).pipe(
      values(),
      tap((part) => {
        lanes.add(part, '#ffffff');
      }),
      toArray(),
      map((parts) => {
        lanes.draw();
        const words = bestOf(parts.flatMap(({ result }) => result)).map(({ word }) => word);
        const ms = Math.round(performance.now() - startedAtMs);
        return { words, note: `${WORDS.toLocaleString('en')} words compared with “${text}” in ${ms} ms` };
      }),
    );
  }
}

/** @param {string} word */
function item(word) {
  const made = document.createElement('li');
  made.textContent = word;
  return made;
}
