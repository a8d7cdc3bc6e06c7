// The pipeline of the demo with piscina in place of this library.
import { open } from 'node:fs/promises';
import { Piscina } from 'piscina';

/** Makes the threads. `clean` cleans the blocks of a file on them, and writes the rows in the order of the file. */
export function flightsByPiscina({ airports, threads }) {
  const filename = new URL('./workers/flights.mjs', import.meta.url).href;
  const pool = new Piscina({ filename, minThreads: threads, maxThreads: threads, execArgv: process.execArgv });

  const clean = async (blocks, to, header, onTotals) => {
    const file = await open(to, 'w');
    await file.write(header);
    const running = [];
    const write = async () => {
      const { text, totals } = await running.shift();
      await file.write(text);
      onTotals(totals);
    };
    for await (const { bytes } of blocks) {
      running.push(pool.run({ block: bytes, airports }, { transferList: [bytes.buffer] }));
      if (running.length > 2 * threads) await write();
    }
    while (running.length > 0) await write();
    await file.close();
  };
  return { clean, close: () => pool.destroy() };
}
