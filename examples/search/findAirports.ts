import { readFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { currentTask } from 'rxjs-parallel/worker';

/** An airport, and how well it fits. */
export interface Match {
  readonly name: string;
  readonly score: number;
}

// What stands at the top of a module is done once in each worker, not once for each item.
const file = new URL('../data/airports.csv', import.meta.resolve('vega-datasets'));
const names = readFileSync(file, 'utf8')
  .split('\n')
  .map((line) => line.split(',')[1] ?? '')
  .slice(1, -1);

/** Searches one part of the airports, such as `[1, 2]`, the second of two. */
export async function findAirports([part, parts]: readonly [number, number], text: string): Promise<readonly Match[]> {
  const matches: Match[] = [];
  for (let n = part; n < names.length; n += parts) {
    // Nobody can interrupt a loop. One that lets go of its thread now and then can be told that it is no longer wanted.
    if (n % 1000 < parts) await turn();
    if (currentTask()?.signal.aborted === true) break;

    const name = names[n] ?? '';
    const score = similarity(text.toLowerCase(), name.toLowerCase());
    if (score > 0) matches.push({ name, score });
  }
  return matches;
}

/** How large a part of a name a text is, if its letters are there in that order; more, if it begins with them. */
function similarity(text: string, name: string): number {
  let at = -1;
  for (const letter of text) {
    at = name.indexOf(letter, at + 1);
    if (at === -1) return 0;
  }
  return text.length / name.length + (name.startsWith(text) ? 1 : 0);
}
