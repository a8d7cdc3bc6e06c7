import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { parallelIterable } from 'rxjs-parallel';

const shout = (line: string): string => `${line.toUpperCase()}\n`;
const source = new URL('../../LICENSE', import.meta.url);

// Nothing is read from the file while the sink is slow, and the lines stay in order.
await pipeline(
  createInterface({ input: createReadStream(source) }),
  async function* (lines: AsyncIterable<string>) {
    for await (const [, line] of parallelIterable(shout, lines, { ordered: true })) yield line;
  },
  createWriteStream('/dev/stdout'),
);
