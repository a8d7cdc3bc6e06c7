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
