import { appendFileSync } from 'node:fs';

await new Promise((resolve) => {
  setTimeout(resolve, 300);
});

export const times = (n: number, factor: number): number => n * factor;

/** Leaves a line in a file, and ends its worker. */
export const die = (n: number, file: string): number => {
  appendFileSync(file, `${String(n)}\n`);
  process.exit(3);
};

/** Leaves a file, and blocks its worker for longer than a spec may take. */
export const neverStop = (_n: number, file: string): void => {
  appendFileSync(file, 'begun');
  for (const until = Date.now() + 60_000; Date.now() < until;);
};

/** Blocks its worker for so many milliseconds. */
export const takeMs = (ms: number): number => {
  for (const until = performance.now() + ms; performance.now() < until;);
  return ms;
};
