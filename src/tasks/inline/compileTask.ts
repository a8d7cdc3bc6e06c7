import { parseTask, type TaskBody } from './parseTask.ts';
import { SourceText } from './SourceText.ts';

/**
 * Compiles the source text of a function, a method or a class, as {@link sourceOf} gives it.
 *
 * @param text - The source text.
 * @param globals - The variables that the text can use, in addition to globals.
 * @throws SyntaxError if it can be compiled only where it stands, and whatever the text of a class throws.
 */
export function compileTask(text: string, globals: Readonly<Record<string, unknown>>): TaskBody {
  const source = new SourceText(text);
  const standIns = Object.entries({ ...injectedBy(text, source), ...namespacesIn(text, source, globals) });
  const visible = { ...Object.fromEntries(standIns.filter(([name]) => !(name in globalThis))), ...globals };

  return parseTask(text, Object.keys(visible))(...Object.values(visible));
}

/** Replacements for names that compilers and coverage tools write into functions and define elsewhere in the file. */
function injectedBy(text: string, source: SourceText): Record<string, unknown> {
  const counters = new Set(text.match(new RegExp(`\\bcov_\\w+(?=${COUNTED})`, 'g')));
  // A minifier gives __name another name; that it names a class is seen at a glance.
  const minified = new Set([...text.matchAll(/\bstatic\{([\w$]{1,3})\(this,"/g)].map(([, name = '']) => name));

  return Object.fromEntries([
    ['__name', named] as const,
    ...[...minified].filter((name) => source.refersTo(name, '\\(this,"')).map((name) => [name, named] as const),
    ...[...counters].filter((name) => source.refersTo(name, COUNTED)).map((name) => [name, endless] as const),
    ...(text.includes(VITE_IMPORT) ? [[VITE_IMPORT, parseTask('(url) => import(url)', [])()] as const] : []),
  ]);
}

/** How a coverage tool goes on behind the name of a counter. */
const COUNTED = String.raw`\(\)|\.[sfb]\[`;

/** What Vite makes of `import`. */
const VITE_IMPORT = '__vite_ssr_dynamic_import__';

/** The globals, by the names that compilers give the module that exports them. */
function namespacesIn(
  text: string,
  source: SourceText,
  globals: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const called = text.matchAll(/\(0,\s*([\w$]+)\.([\w$]+)\)\(/g);

  return Object.fromEntries(
    [...called].flatMap(([, name = '', member = '']) =>
      member in globals && source.refersTo(`${name}.${member}`) ? [[name, globals] as const] : [],
    ),
  );
}

/** Gives back a name that a minifier has taken. */
function named(target: object, value: string): object {
  return Object.defineProperty(target, 'name', { value, configurable: true });
}

/** Whatever is read from it, called on it or written to it, it stays itself; as a number it is 0. */
const endless: object = new Proxy(() => undefined, {
  get: (_target, key) => (key === Symbol.toPrimitive ? () => 0 : key === 'then' ? undefined : endless),
  set: () => true,
  apply: () => endless,
});
