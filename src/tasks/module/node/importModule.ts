import { existsSync } from 'node:fs';
import { inspect } from '../../../platform/inspect.ts';
import { isError } from '../../../platform/realms/isError.ts';
import { parseUrl } from '../../../platform/parseUrl.ts';
import { TaskLoadError } from '../../errors/errors.ts';
import { requireModule } from './requireModule.ts';
import { isForTsNode, typeScriptImport, type Import } from './typeScript.ts';

/**
 * Imports the module of a task, of TypeScript if this Node or a compiler of the project runs it.
 *
 * @param url - Its URL. If there is no such file, its twin before or after a compiler is taken.
 * @param name - The name of the task, for the message of an error.
 * @throws TaskLoadError with the advice that fits, if it cannot be imported.
 */
export async function importModule(url: string, name: string): Promise<object> {
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

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
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
/**
 * Syntax that has to be compiled, and names that only compilers resolve: without an ending, or by the paths of a tsconfig.
 */
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
