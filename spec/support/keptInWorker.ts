import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { currentTask } from '../../src/worker.ts';
import { keptOf } from './collected.ts';

/** How a task ends. */
export type Ending = 'return' | 'throw' | 'wait' | 'yield' | 'exit';

interface Item {
  readonly how: Ending;
}

/** Ends as the item says, and writes to a file, if there is one, what is still kept of the item, the argument and the result. */
export function remember(item: Item, { file }: { readonly file: string }): unknown {
  if (item.how === 'exit') process.exit(3);
  const result = { of: item.how };
  if (file !== '') appendFileSync(file, 'begun\n');
  // eslint-disable-next-line prefer-rest-params -- it is the object itself that is to be remembered.
  if (file !== '') watch({ item, arg: arguments[1] as object, result }, file);
  if (item.how === 'throw') throw new Error('as it was told');
  if (item.how === 'yield') return endless();
  if (item.how === 'return') return result;
  const { signal } = currentTask() as { signal: AbortSignal };
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve(result);
    });
  });
}

function* endless(): Generator<object> {
  for (;;) yield { of: 'yield' };
}

function watch(objects: Readonly<Record<string, object>>, file: string): void {
  const refs = Object.fromEntries(Object.entries(objects).map(([name, object]) => [name, new WeakRef(object)]));
  void keptOf(refs).then((kept) => {
    appendFileSync(file, `kept: ${kept.join(', ')}\n`);
  });
}

/** Keeps its worker, until a file says what is kept. */
export async function waitForLine(file: string): Promise<void> {
  while (!existsSync(file) || !readFileSync(file, 'utf8').includes('kept')) await sleep(5);
}
