// Builds dist: types by TypeScript, the rest by esbuild, each entry point as an ES module and as CommonJS: node etc/build.js
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { buildWeb } from './webBuild.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const web = join(dist, 'web');
/** How a declaration names another file of declarations, outside of comments. */
const RELATIVE = /(?<=^(?! *\*).*\b(?:from |import\()(["']))(\.[^"']*)\.ts(?=\1)/gm;
const require = createRequire(import.meta.url);
const ENTRIES = ['index', 'worker', 'testing', 'bullmq'];
/** Is built by itself, since it would cut the others into more files: it imports the first of them. */
const LINES = 'lines';
const WORKER = 'rxjs-parallel-worker.cjs';

/** The URL of a file of CommonJS. Some bundlers leave no name of a file. */
const HERE =
  "const __url_of_this_file = typeof __filename === 'string' ? require('node:url').pathToFileURL(__filename).href : undefined;";
/** Not by its name, which bundlers would take for a call. */
const REQUIRE =
  "const __require_of_this_file = typeof module === 'object' ? Reflect.get(module, 'require') : undefined;";
const AS_COMMONJS = {
  format: 'cjs',
  define: { 'import.meta.url': '__url_of_this_file', 'import.meta.require': '__require_of_this_file' },
};

const OPTIONS = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  external: ['rxjs', 'cli-progress', 'bullmq', 'ioredis'],
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'warning',
};

rmSync(dist, { recursive: true, force: true });
execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
});
keepPublicTypes();
await buildWorker();
await buildEntries(await workerText());
await buildLines();
for (const name of readdirSync(dist).filter((file) => file.endsWith('.js'))) {
  hideImports(name);
  await addCommonJs(name);
}
await buildWeb(web, sourceHash());
for (const name of readdirSync(web).filter((file) => file.endsWith('.js'))) {
  hideImportsByUrl(name);
  await addCommonJsForWeb(name);
}
copyFileSync(join(dirname(require.resolve('workerpool/package.json')), 'LICENSE'), join(dist, 'workerpool.LICENSE'));

/** The program of a worker, as a file that needs no other. */
async function buildWorker() {
  await build({
    ...OPTIONS,
    ...AS_COMMONJS,
    banner: { js: `${HERE}${REQUIRE}` },
    entryPoints: [`src/pools/worker-side/node/${WORKER}`],
    outfile: join(dist, WORKER),
  });
}

/** The same, shorter. The names of classes stay, since errors are told apart by them. */
async function workerText() {
  const text = readFileSync(join(dist, WORKER), 'utf8').replace(/^\/\/# sourceMappingURL.*$/m, '');
  const { code } = await transform(text, { minifyWhitespace: true, minifySyntax: true, target: 'node20' });
  return code.trim();
}

/** The entry points as ES modules, and what they share, which is loaded once. */
async function buildEntries(text) {
  await build({
    ...OPTIONS,
    format: 'esm',
    splitting: true,
    chunkNames: 'shared-[hash]',
    entryPoints: [
      ...ENTRIES.map((entry) => ({ in: `src/${entry}.ts`, out: entry })),
      { in: 'src/cli/node/rxjs-parallel.ts', out: 'rxjs-parallel' },
    ],
    outdir: dist,
    plugins: [
      workerpool(['generated/embeddedWorker', 'worker']),
      put('loadWorkerpool', "export const loadWorkerpool = () => require('workerpool');"),
      put('buildId', `export const BUILD_ID = ${JSON.stringify(sourceHash())};`),
      put('workerText', `export const WORKER_TEXT = ${JSON.stringify(text)};`),
    ],
  });
}

/** The entry point of lines. It loads the operators and pools from the main entry point, when it needs them. */
async function buildLines() {
  await build({
    ...OPTIONS,
    format: 'esm',
    entryPoints: [`src/${LINES}.ts`],
    outdir: dist,
    plugins: [
      {
        name: 'main-entry',
        setup: ({ onResolve }) => {
          onResolve({ filter: /\/(operators|pools)\// }, () => ({ path: './index.js', external: true }));
        },
      },
    ],
  });
}

/** Is another one with each change of the source. */
function sourceHash() {
  const hash = createHash('sha256');
  const files = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true }).filter((file) =>
    file.isFile(),
  );
  for (const path of files.map((file) => join(file.parentPath, file.name)).sort()) hash.update(readFileSync(path));
  return hash.digest('hex').slice(0, 12);
}

/** Tells bundlers not to look at what is imported by a name that is known at run time alone. */
function withoutLook(code) {
  const ignore = '/* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */';
  return code.replaceAll(/\bimport\((?=[\w`])/g, `import(${ignore} `);
}

/** The same in the build for browsers, where bundlers make a file of its own of what is loaded later. */
function hideImportsByUrl(name) {
  const path = join(web, name);
  writeFileSync(path, withoutLook(readFileSync(path, 'utf8')));
}

/** The same in the build for Node, and what else bundlers must not do there. */
function hideImports(name) {
  const path = join(dist, name);
  const hidden = withoutLook(readFileSync(path, 'utf8'))
    // webpack would make a file of its own of it, and a program that is one file would miss it.
    .replaceAll(/\bimport\((?=")/g, 'import(/* webpackMode: "eager" */ ')
    .replaceAll(/^import \{(.*)\} from "node:module";$/gm, (_all, names) => {
      return `const {${names.replaceAll(' as ', ': ')}} = process.getBuiltinModule("node:module");`;
    });
  writeFileSync(path, hidden);
}

/** Writes beside an ES module its twin in CommonJS. It has no source map, which would be half as large: its code is readable. */
async function addCommonJs(name) {
  const twin = `${name.slice(0, -'.js'.length)}.cjs`;
  const code = readFileSync(join(dist, name), 'utf8').replace(/^\/\/# sourceMappingURL=.*\n?/m, '');
  const result = await transform(code, {
    ...AS_COMMONJS,
    platform: OPTIONS.platform,
    target: OPTIONS.target,
    ...(code.includes('import.meta.') ? { banner: `${HERE}${REQUIRE}` } : {}),
    sourcefile: name,
  });
  const written = result.code
    .replaceAll(
      /\bimport\(\s*(?:\/\*.*?\*\/\s*)?("\.\/[^"]+)\.js"\s*\)/g,
      'Promise.resolve().then(() => require($1.cjs"))',
    )
    .replaceAll(/(\brequire\("\.\/[^"]+)\.js"\)/g, '$1.cjs")')
    // Where `import` is not to be had, as in Jest, `require` is.
    .replaceAll(
      /\bimport\(\s*(?:\/\*.*?\*\/\s*)?("[^"]+")\s*\)/g,
      'Promise.resolve().then(() => ({ default: require($1) }))',
    )
    // An ES module, into which a bundler may put it, has no `require`.
    .replaceAll(/\brequire\((['"]node:\w+['"])\)/g, 'process.getBuiltinModule($1)');
  writeFileSync(join(dist, twin), written);
}

/** Writes beside an ES module of the build for browsers its twin in CommonJS. It has no source map: few load it, and its code is readable. */
async function addCommonJsForWeb(name) {
  const code = readFileSync(join(web, name), 'utf8').replace(/^\/\/# sourceMappingURL=.*\n?/m, '');
  const result = await transform(code, { format: 'cjs', platform: 'browser', target: 'es2022', sourcefile: name });
  const written = result.code
    .replaceAll(/\bimport\(("\.\/[^"]+)\.js"\)/g, 'Promise.resolve().then(() => require($1.cjs"))')
    .replaceAll(/(\brequire\("\.\/[^"]+)\.js"\)/g, '$1.cjs")');
  writeFileSync(join(web, `${name.slice(0, -'.js'.length)}.cjs`), written);
}

/** Replaces a file of src/pools/workers/node. */
function put(name, contents) {
  return {
    name,
    setup: ({ onLoad }) => {
      onLoad({ filter: new RegExp(`/src/pools/workers/node/(script/)?${name}\\.ts$`) }, () => ({
        contents,
        resolveDir: root,
      }));
    },
  };
}

/**
 * Takes workerpool in, without the files that are left out, and without a map, which would lead to files that users do not
 * have. It gets Node's modules in a way that no bundler rewrites, and that an ES module has, too.
 *
 * @param leftOut - Files of workerpool that are for browsers, or for workers.
 */
function workerpool(leftOut) {
  // It leads to the one place where it is loaded.
  const map = {
    version: 3,
    sources: [join(root, 'src/pools/workers/node/loadWorkerpool.ts')],
    names: [],
    mappings: 'AAAA',
  };
  return {
    name: 'workerpool',
    setup: ({ onLoad }) => {
      onLoad({ filter: /[\\/]node_modules[\\/]workerpool[\\/]src[\\/].*\.js$/ }, ({ path }) => {
        if (leftOut.some((file) => path.replaceAll('\\', '/').endsWith(`/src/${file}.js`)))
          return { contents: `//# sourceMappingURL=${inline(JSON.stringify(map))}` };
        const contents = readFileSync(path, 'utf8').replaceAll(
          /require\((['"])(child_process|os|worker_threads)\1\)/g,
          "process.getBuiltinModule('$2')",
        );
        return { contents: `${contents}\n//# sourceMappingURL=${inline(JSON.stringify(map))}` };
      });
    },
  };
}

function inline(map) {
  return `data:application/json;base64,${Buffer.from(map).toString('base64')}`;
}

/** Removes the declarations that no entry point leads to, and writes beside each other one its twin for CommonJS. */
function keepPublicTypes() {
  const kept = new Set();
  const visit = (path) => {
    if (kept.has(path)) return;
    kept.add(path);
    const text = readFileSync(path, 'utf8');
    for (const [, , file] of text.matchAll(RELATIVE)) visit(resolve(dirname(path), `${file}.d.ts`));
    writeFileSync(path, text.replaceAll(RELATIVE, '$2.js'));
    // With the same map: no line is another, and of a line only what comes after the name of a file.
    writeFileSync(path.replace(/\.ts$/, '.cts'), text.replaceAll(RELATIVE, '$2.cjs'));
  };
  for (const entry of [...ENTRIES, LINES]) visit(join(dist, `${entry}.d.ts`));

  for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    const path = join(dist, name.replace(/\.map$/, ''));
    if (/\.d\.c?ts(\.map)?$/.test(name) && !kept.has(path.replace(/\.cts$/, '.ts'))) rmSync(join(dist, name));
  }
  for (const folder of readdirSync(dist, { withFileTypes: true }))
    if (folder.isDirectory() && readdirSync(join(dist, folder.name)).length === 0)
      rmSync(join(dist, relative(dist, join(dist, folder.name))), { recursive: true });
}
