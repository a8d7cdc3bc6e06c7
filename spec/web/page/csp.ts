// What a page may do under its Content-Security-Policy, which the server gives it.
import { parallel, tasks, ThreadPool } from '../../../src/index.ts';
import type * as Images from './tasks/images.ts';

const start = (): Worker => new Worker(new URL('./tasks/images.worker.ts', import.meta.url), { type: 'module' });
const { double } = tasks<typeof Images>(start);

async function outcomeOf(run: () => Promise<unknown>): Promise<string> {
  try {
    return JSON.stringify(await run());
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

const outcomes = {
  served: await outcomeOf(() => parallel(double, [1, 2])),
  inline: await outcomeOf(() => parallel((n: number) => n + 1, [1, 2])),
  inlineInServed: await outcomeOf(async () => {
    await using pool = new ThreadPool({ workers: 1, worker: start });
    return await parallel((n: number) => n + 1, [1, 2], { pool });
  }),
};
await fetch('/results', { method: 'POST', body: JSON.stringify(outcomes) });
