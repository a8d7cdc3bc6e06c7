// Takes the addresses out of a log: node --import tsx examples/redact/main.ts [FROM [TO]]
import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { parallelIterable, tasks } from 'rxjs-parallel';

const { redact } = tasks<typeof import('./redact.ts')>(new URL('./redact.ts', import.meta.url));

const [from = new URL('./access.log', import.meta.url), to] = process.argv.slice(2);

async function* redacted(lines: AsyncIterable<string>): AsyncGenerator<string> {
  // A line is little work: the library sends as many in one message as are worth it, without a setting.
  const results = parallelIterable(redact, lines, {
    ordered: true, // a log is in order
    args: ['a salt of your own'], // after the line
  });
  for await (const [, line] of results) yield `${line}\n`;
}

// A step that is an async generator is asked for a line when the next step has room, asks the workers in turn, and those
// the file: a log of any length takes little memory. An error anywhere closes all of it.
await pipeline(
  createInterface({ input: createReadStream(from) }),
  redacted,
  to === undefined ? process.stdout : createWriteStream(to),
);
