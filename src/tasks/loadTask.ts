import { existsSync } from 'node:fs';
import { inspect } from 'node:util';
import { isError } from '../platform/isError.ts';
import { parseUrl } from '../platform/parseUrl.ts';
import { compileTask } from './compileTask.ts';
import { currentTask } from './currentTask.ts';
import { TaskLoadError } from './errors.ts';
import { explainReference } from './explainReference.ts';
import type { TaskBody } from './parseTask.ts';
import type { TaskOrigin } from './Task.ts';
import { transfer } from './transfer.ts';
import { isForTsNode, typeScriptImport } from './typeScript.ts';

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
  task.catch(() => loading.delete(key));
  return task;
}

const loading = new Map<string, Promise<TaskBody>>();

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
        : ` of ${found}: ${messageOf(cause)}${adviceOn(cause)}`;
    throw new TaskLoadError(`cannot load the task "${name}"${problem}`, { cause });
  }
}

async function importAny(url: string): Promise<object> {
  if (isForTsNode(url)) {
    try {
      const required = await (await typeScriptImport())?.(url);
      if (required !== undefined) return required;
    } catch (error) {
      // An ES module is for its loader.
      if ((error as NodeJS.ErrnoException).code !== 'ERR_REQUIRE_ESM') throw error;
    }
  }
  try {
    return (await import(url)) as object;
  } catch (error) {
    const importTypeScript = isUnknownEnding(error) ? await typeScriptImport() : undefined;
    if (importTypeScript === undefined) throw error;
    return await importTypeScript(url);
  }
}

/** Bundlers follow imports, and nothing else. */
const BUNDLED = 'If a bundler has made this program, let it write the module there, as an entry point of its own';

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

function messageOf(error: unknown): string {
  return isError(error) ? error.message : inspect(error);
}

function adviceOn(error: unknown): string {
  return isUnknownEnding(error)
    ? '. This Node runs no TypeScript: compile the module, or use Node 22.18 or later, or start Node with a loader, such as `node --import tsx`'
    : '';
}

function isUnknownEnding(error: unknown): boolean {
  return /^Unknown file extension "\.[cm]?tsx?"/.test(messageOf(error));
}
