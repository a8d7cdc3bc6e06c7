// What ts-node makes of a file is kept: ts-node alone takes 0.8 s to load, and the specs start hundreds of workers.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const folder = new URL('../../.cache/typescript/', import.meta.url);
mkdirSync(folder, { recursive: true });

const require = createRequire(import.meta.url);

/**
 * A hook of `register` and of `registerHooks`.
 *
 * @template T
 * @param {string} url
 * @param {object} context
 * @param {(url: string, context: object) => T} next
 */
export function load(url, context, next) {
  const { protocol, pathname } = new URL(url);
  if (protocol !== 'file:' || !/\.[cm]?ts$/.test(pathname) || pathname.includes('/node_modules/'))
    return next(url, context);
  const path = fileURLToPath(url);
  const format = path.endsWith('.cts') ? 'commonjs' : 'module';
  const text = readFileSync(path, 'utf8');
  const name = createHash('sha256').update(`${path}\n${text}`).digest('hex');
  const kept = new URL(`${name}.js`, folder);
  return { format, source: read(kept) ?? keep(kept, compile(text, path)), shortCircuit: true };
}

/** @param {URL} file */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * Under another name first, since several workers may do so at once.
 *
 * @param {URL} file
 * @param {string} code
 */
function keep(file, code) {
  const draft = new URL(`${file.href}.${String(process.pid)}.${String(Math.random()).slice(2)}`);
  writeFileSync(draft, code);
  renameSync(draft, file);
  return code;
}

/** @type {import('ts-node').Service | undefined} */
let service;

/**
 * @param {string} text
 * @param {string} path
 */
function compile(text, path) {
  const { create } = /** @type {typeof import('ts-node')} */ (require('ts-node'));
  service ??= create({
    transpileOnly: true,
    // The names of files stay as they are: it is the sources that run.
    compilerOptions: { rewriteRelativeImportExtensions: false, module: 'esnext', moduleResolution: 'bundler' },
  });
  return service.compile(text, path);
}
