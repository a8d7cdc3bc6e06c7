import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { mapBlocks, mapLines } from '../../src/lines.ts';

export const upperCase = mapLines((line) => line.toUpperCase());

/** Keeps all lines but those that begin with a sign. */
export const without = mapLines((line, sign: string) => (line.startsWith(sign) ? undefined : line));

export const latin1 = mapLines((line) => `${line}é`, { encoding: 'latin1' });

export const wrong = mapLines(() => 1 as never);

/** Gives the memory that it was given. */
export const same = mapBlocks((bytes) => ({ text: bytes, size: bytes.length }));

/** Gives memory of its own, after it has spoilt more than it needs. */
export const copied = mapBlocks((bytes, memory) => {
  memory(bytes.length).fill(0x78);
  const text = memory(2 * bytes.length).subarray(3, 3 + bytes.length);
  text.set(bytes);
  return { text, at: text.byteOffset };
});

/** Its worker dies when it first comes to a line with `!`, or, with `wait`, does not end. */
export const failing = mapBlocks((bytes, memory, mark: string, how: 'exit' | 'wait' | 'throw') => {
  const text = memory(bytes.length);
  text.set(bytes);
  if (bytes.includes(0x21) && !existsSync(mark)) {
    writeFileSync(mark, '');
    if (how === 'exit') process.exit(3);
    if (how === 'throw') throw new Error('no');
    // It writes on, into the memory that it has: no other block may get it.
    for (;;) text.fill(0x3f);
  }
  return { text };
});

/** Says in a file that it has begun. */
export const telling = mapBlocks((bytes, _memory, file: string) => {
  appendFileSync(file, `${String(bytes.length)}\n`);
  return { text: bytes };
});
