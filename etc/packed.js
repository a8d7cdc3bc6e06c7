// Says what would be published, and fails where that is not what users need: node etc/packed.js
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The built library with its types and the license of what is in it; its source, to which the maps lead; what npm adds. */
const needed =
  /^(dist\/.+\.(c?js|d\.c?ts)(\.map)?|src\/.+\.(ts|cjs)|dist\/workerpool\.LICENSE|LICENSE|README\.md|package\.json)$/;

const [{ size, unpackedSize, files }] = JSON.parse(
  execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    shell: process.platform === 'win32',
  }),
);
const paths = files.map(({ path }) => path);
const packed = new Set(paths);

/** What a map leads to. */
const sourcesOf = (path) =>
  JSON.parse(readFileSync(`${root}${path}`, 'utf8')).sources.map((source) => posix.join(posix.dirname(path), source));

const faults = [
  ...paths.filter((path) => !needed.test(path)).map((path) => `${path} is not for users`),
  ...paths
    .filter((path) => path.endsWith('.map'))
    .flatMap((path) => sourcesOf(path).map((source) => ({ path, source })))
    .filter(({ source }) => !packed.has(source))
    .map(({ path, source }) => `${path} leads to ${source}, which is not packed`),
];

/** The budget of the packed size, in bytes. */
const MAX_PACKED = 1_210_000;
if (size > MAX_PACKED)
  faults.push(`The package has ${String(size)} bytes, packed; its budget is ${String(MAX_PACKED)}`);

const kb = (bytes) => `${String(Math.round(bytes / 1000))} kB`;
const bytesIn = (folder) =>
  files.filter(({ path }) => path.startsWith(folder)).reduce((sum, file) => sum + file.size, 0);
console.log(
  `${kb(size)} packed, ${kb(unpackedSize)} unpacked (dist ${kb(bytesIn('dist/'))}, src ${kb(bytesIn('src/'))}), ` +
    `${String(files.length)} files`,
);
if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exitCode = 1;
}
