import { existsSync } from 'node:fs';
import { inspect } from 'node:util';
import { isError } from '../../platform/isError.ts';
import { parseUrl } from '../../platform/parseUrl.ts';
import { Recent } from '../../util/collections/Recent.ts';
import { compileTask } from '../inline/compileTask.ts';
import { currentTask } from '../currentTask.ts';
import { TaskLoadError } from '../errors/errors.ts';
import { explainReference } from '../inline/explainReference.ts';
import type { TaskBody } from '../inline/parseTask.ts';
import { requireModule } from './requireModule.ts';
import type { TaskOrigin } from '../Task.ts';
import { transfer } from '../transfer.ts';
import { isForTsNode, typeScriptImport, type Import } from './typeScript.ts';

/**
 * Loads a task in the thread that calls it, once: imports its module, or compiles its source text.
 *
 * @param origin - Where it is found.
 * @returns The function or class.
 * @throws TaskLoadError if there is no such module or export, if it is no function, or with what it threw as the cause.
 */
export function loadTask(origin: TaskOrigin): Promise<TaskBody> {
  const key = origin.kind === 'module' ? `${origin.name} of ${origin.url}` : origin.text;
  const known = loading.get(key);
  if (known !== undefined) return known;

  const task = load(origin);
  loading.set(key, task);
  task.catch(() => {
    loading.delete(key);
  });
  return task;
}

/** Those that were loaded last: a program may make functions without end, each with a text of its own. */
const loading = new Recent<string, Promise<TaskBody>>(64);

async function load(origin: TaskOrigin): Promise<TaskBody> {
  if (origin.kind === 'module') return pick(await importModule(origin), origin);

  try {
    return compileTask(origin.text, { currentTask, transfer });
  } catch (error) {
    const cause = explainReference(error, origin.name);
    throw new TaskLoadError(`cannot load the task "${origin.name}": ${messageOf(cause)}`, { cause });
  }
}

type ModuleOrigin = Extract<TaskOrigin, { kind: 'module' }>;

async function importModule({ url, name }: ModuleOrigin): Promise<object> {
  const other = otherEnding(url);
  const found = [url, other].find((candidate) => candidate !== undefined && isThere(candidate));

  try {
    return await importAny(found ?? url);
  } catch (cause) {
    const problem =
      found === undefined
        ? `: there is no ${url}${other === undefined ? '' : `, nor one that ends in ${endingOf(other)}`}. ${BUNDLED}`
        : ` of ${found}: ${messageOf(cause)}${adviceOn(cause, found)}`;
    throw new TaskLoadError(`cannot load the task "${name}"${problem}`, { cause });
  }
}

async function importAny(url: string): Promise<object> {
  if (isForTsNode(url)) {
    try {
      const required = await (await typeScriptImport(url))?.(url);
      if (required !== undefined) return required;
    } catch (error) {
      // An ES module is for its loader.
      if (codeOf(error) !== 'ERR_REQUIRE_ESM') throw error;
    }
  }
  try {
    return (await import(url)) as object;
  } catch (error) {
    if (NO_IMPORT.has(codeOf(error))) return requireModule(url);
    const importTypeScript = needsCompiler(error, url) ? await typeScriptImport(url) : undefined;
    if (importTypeScript === undefined) throw error;
    return await importCompiled(importTypeScript, url, error);
  }
}

/** @param refusal - Why Node does not import it, which says more than that the compiler does not find the same thing. */
async function importCompiled(importTypeScript: Import, url: string, refusal: unknown): Promise<object> {
  try {
    return await importTypeScript(url);
  } catch (error) {
    throw codeOf(error) === codeOf(refusal) && BEYOND_NODE.has(codeOf(error)) ? refusal : error;
  }
}

/** Bundlers follow imports, and nothing else. */
const BUNDLED = 'If a bundler has made this program, let it write the module there, as an entry point of its own';

/** What `import` fails with in a context that can only `require`, such as that of Jest. */
const NO_IMPORT = new Set<unknown>([
  'ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING',
  'ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING_FLAG',
]);

/** The same module before or after a compiler, which does not rewrite its name. */
function otherEnding(url: string): string | undefined {
  const other = parseUrl(url);
  other.pathname = other.pathname.replace(/(?<=\.[cm]?)[jt](?=s$)/, (letter) => (letter === 't' ? 'j' : 't'));
  return other.href === url ? undefined : other.href;
}

function endingOf(url: string): string {
  return /\.\w+$/.exec(parseUrl(url).pathname)?.[0] ?? '';
}

function isThere(url: string): boolean {
  return !url.startsWith('file:') || existsSync(parseUrl(url));
}

/** Finds the export, for a CommonJS module also among those that Node knows only as parts of the default one. */
function pick(module: { readonly default?: unknown }, { url, name }: ModuleOrigin): TaskBody {
  const places = [module, module.default].filter(isObject);
  const found = places.filter((place) => Object.hasOwn(place, name)).map((place): unknown => Reflect.get(place, name));
  const task = found.find((value) => typeof value === 'function');
  if (task !== undefined) return task as TaskBody;

  const names = new Set(places.flatMap((place) => Object.keys(place)));
  throw new TaskLoadError(
    found.length > 0
      ? `cannot load the task "${name}": ${url} exports it, but it is no function: ${inspect(found[0])}`
      : `cannot load the task "${name}": ${url} does not export it. It exports ${[...names].join(', ') || 'nothing'}`,
  );
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function codeOf(error: unknown): unknown {
  return isObject(error) ? Reflect.get(error, 'code') : undefined;
}

function messageOf(error: unknown): string {
  return isError(error) ? error.message : inspect(error);
}

function adviceOn(error: unknown, url: string): string {
  if (isUnknownEnding(error))
    return '. This Node runs no TypeScript: compile the module, or use Node 22.18 or later, or have tsx installed (`npm install --save-dev tsx`), by which workers then run it';
  if (messageOf(error).startsWith(COMPILER_IN_DOM))
    return '. tsx does not run where a test has replaced globals by those of a DOM: write // @vitest-environment node at the top of the tests, or use Node 22.18 or later, or workers in place of this thread';
  return needsCompiler(error, url)
    ? ". Where a compiler or a test runner understands it, and Node does not, workers run it by tsx, if it is installed (`npm install --save-dev tsx`), or named by a pool's execArgv: ['--import', 'tsx']"
    : '';
}

/** Whether Node has refused a module of TypeScript that a compiler may understand. */
function needsCompiler(error: unknown, url: string): boolean {
  if (isUnknownEnding(error)) return true;
  return TYPESCRIPT.test(parseUrl(url).pathname) && (BEYOND_NODE.has(codeOf(error)) || isSyntaxError(error));
}

const TYPESCRIPT = /\.[cm]?tsx?$/;
/** What esbuild says, by which tsx compiles. */
const COMPILER_IN_DOM = 'Invariant violation: "new TextEncoder';
/** Syntax that has to be compiled, and names that only compilers resolve: without an ending, or by the paths of a tsconfig. */
const BEYOND_NODE = new Set<unknown>([
  'ERR_INVALID_TYPESCRIPT_SYNTAX',
  'ERR_MODULE_NOT_FOUND',
  'ERR_UNSUPPORTED_DIR_IMPORT',
  'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX',
]);

/** Node takes no `import` in a file that it takes for CommonJS. */
function isSyntaxError(error: unknown): boolean {
  return isError(error) && error.name === 'SyntaxError';
}

function isUnknownEnding(error: unknown): boolean {
  return /^Unknown file extension "\.[cm]?tsx?"/.test(messageOf(error));
}
