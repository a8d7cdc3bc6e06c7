// Hashes all files of a folder, as sha256sum does: node --import tsx examples/hash/main.ts [FOLDER]
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parallelIterable, ParallelError, tasks } from 'rxjs-parallel';

const { fileHash } = tasks<typeof import('./fileHash.ts')>(new URL('./fileHash.ts', import.meta.url));

const [folder = fileURLToPath(new URL('..', import.meta.url))] = process.argv.slice(2);
const entries = await readdir(folder, { recursive: true, withFileTypes: true });
const paths = entries
  .filter((entry) => !entry.isDirectory())
  .map((entry) => join(entry.parentPath, entry.name))
  .sort();

// Only a path goes to a worker, and only a hash comes back: each worker reads its files itself. Copies between
// threads should be small compared with the work.
const hashes = parallelIterable(fileHash, paths, {
  ordered: true,
  onError: 'return', // one file that cannot be read does not stop the others
});

for await (const [index, hash] of hashes) {
  const name = relative(folder, paths[index] ?? '');
  if (hash instanceof ParallelError) {
    console.error(`${name}: ${hash.message}`);
    process.exitCode = 1;
  } else {
    console.log(`${hash}  ${name}`);
  }
}
