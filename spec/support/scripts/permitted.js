// Runs tasks in workers, and says how it went, for a Node whose permissions are few.
import { parallel } from 'rxjs-parallel';

for (const kind of /** @type {('thread' | 'process')[]} */ (process.argv.slice(2)))
  for (const items of [[1], [1, 2]])
    try {
      const results = await parallel((n) => n * 2, items, { pool: kind, workers: 1 });
      console.log(JSON.stringify({ kind, results }));
    } catch (caught) {
      const error = /** @type {import('rxjs-parallel').ParallelError & { cause: { code: string } }} */ (caught);
      console.log(JSON.stringify({ kind, name: error.name, message: error.message, code: error.cause?.code }));
    }
