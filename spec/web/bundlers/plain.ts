import type { Row } from './Row.ts';

/** The page of a program that is served as it is written. */
const PLAIN_PAGE = `<!doctype html>
<script type="importmap">
  { "imports": { "rxjs": "/rxjs.js", "rxjs-parallel": "/rxjs-parallel/index.js" } }
</script>
<script type="module">
  import { parallel, tasks } from 'rxjs-parallel';
  const { thumbnail } = tasks(new URL('./images.js', import.meta.url));
  const results = {
    byUrl: await parallel(thumbnail, ['sea', 'sky']),
    inline: await parallel((n) => n * n, [2, 3]),
    here: await parallel(thumbnail, ['sea'], { workers: 0 }),
  };
  await fetch('/results', { method: 'POST', body: JSON.stringify(results) });
</script>
`;

/** No bundler: modules of JavaScript, and an import map. */
export const PLAIN: Row = {
  id: 'web-plain',
  name: 'an import map, and no bundler',
  source: 'web',
  packages: { esbuild: '0.28.2' },
  files: {
    // Only RxJS is bundled: its modules leave out the endings of files.
    'build.mjs': [
      "import { build } from 'esbuild';",
      "import { cpSync, writeFileSync } from 'node:fs';",
      "await build({ stdin: { contents: `export * from 'rxjs'`, resolveDir: '.' }, bundle: true, format: 'esm', outfile: 'dist/rxjs.js' });",
      "cpSync('node_modules/rxjs-parallel/dist/web', 'dist/rxjs-parallel', { recursive: true });",
      "const place = `(typeof document === 'undefined' ? 'a worker' : 'the page')`;",
      "writeFileSync('dist/images.js', `export const thumbnail = (photo) => photo + ' in ' + ${place};`);",
    ].join('\n'),
    'page.html': PLAIN_PAGE,
  },
  steps: [['build.mjs']],
  output: 'dist',
};
