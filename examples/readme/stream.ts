import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { parallelIterable } from 'rxjs-parallel';

const shout = (line: string): string => `${line.toUpperCase()}\n`;

// This file itself. Nothing is read of it while the sink is slow, and the lines stay in order.
await pipeline(
  createInterface({ input: createReadStream(new URL(import.meta.url)) }),
  async function* (lines: AsyncIterable<string>) {
    for await (const [, line] of parallelIterable(shout, lines, { ordered: true })) yield line;
  },
  process.stdout,
);
