// Two runs at a time draw their bars on a terminal, to which the program and the workers write too.
import { from, lastValueFrom, tap, toArray } from 'rxjs';
import { parallelMap } from '../../../src/index.ts';

for (const stream of [process.stdout, process.stderr]) stream.isTTY = true;
delete process.env.CI;

const speak = (name: string): string => {
  console.error(`<${name} in the worker>`);
  return name;
};

const results = (['process', 'thread'] as const).map((pool) =>
  from(Array.from({ length: 40 }, (_, at) => `${pool} ${String(at)}`)).pipe(
    parallelMap(speak, { pool, workers: 1, progress: true, chunkSize: 1 }),
    tap(([, name]) => {
      console.log(`<${name} here>`);
    }),
    toArray(),
  ),
);
await Promise.all(results.map((result) => lastValueFrom(result)));
