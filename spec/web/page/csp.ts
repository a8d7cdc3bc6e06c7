// What a page may do under its Content-Security-Policy, which the server gives it.
import { parallel, tasks, ThreadPool } from '../../../src/index.ts';
import type * as Images from './tasks/images.ts';

// A program that requires Trusted Types may have a default policy, or make the URL by a policy of its own.
const { trustedTypes } = globalThis as {
  readonly trustedTypes?: { createPolicy(name: string, rules: object): { createScriptURL(url: string): URL } };
};
const rules = { createScriptURL: (url: string) => url, createScript: (text: string) => text };
if (location.hash === '#default') trustedTypes?.createPolicy('default', rules);
const named = location.hash === '#named' ? trustedTypes?.createPolicy('workers', rules) : undefined;

const start = (): Worker => new Worker(new URL('./tasks/images.worker.ts', import.meta.url), { type: 'module' });
const { double } = tasks<typeof Images>(start);

async function outcomeOf(run: () => Promise<unknown>): Promise<string> {
  try {
    return JSON.stringify(await run());
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

const byPolicy = tasks<typeof Images>(
  () => new Worker(named?.createScriptURL('/tasks/images.worker.js') ?? '/tasks/images.worker.js', { type: 'module' }),
);

const outcomes = {
  served: await outcomeOf(() => parallel(double, [1, 2])),
  servedByPolicy: await outcomeOf(() => parallel(byPolicy.double, [1, 2])),
  inline: await outcomeOf(() => parallel((n: number) => n + 1, [1, 2])),
  inlineInServed: await outcomeOf(async () => {
    await using pool = new ThreadPool({ workers: 1, worker: start });
    return await parallel((n: number) => n + 1, [1, 2], { pool });
  }),
};
await fetch('/results', { method: 'POST', body: JSON.stringify(outcomes) });
