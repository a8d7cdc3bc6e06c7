import { parseTask, type TaskBody } from './parseTask.ts';

/**
 * Compiles the source text of a function, a method or a class, as {@link sourceOf} gives it.
 *
 * @param text - The source text.
 * @param globals - Variables that the text sees besides those that are everywhere.
 * @throws SyntaxError if it can be compiled only where it stands, and whatever the text of a class throws.
 */
export function compileTask(text: string, globals: Readonly<Record<string, unknown>>): TaskBody {
  const visible = { ...injectedBy(text), ...globals };

  return parseTask(text, Object.keys(visible))(...Object.values(visible));
}

/** Stand-ins for what compilers and coverage tools write into functions and define elsewhere in their file. */
function injectedBy(text: string): Record<string, unknown> {
  const counters = text.match(/\bcov_\w+(?=\(\))/g) ?? [];

  return Object.fromEntries([
    ['__name', (named: unknown) => named],
    ...counters.map((counter) => [counter, () => endless] as const),
  ]);
}

/** Whatever is read from it, called on it or written to it, it stays itself; as a number it is 0. */
const endless: object = new Proxy(() => undefined, {
  get: (_target, key) => (key === Symbol.toPrimitive ? () => 0 : key === 'then' ? undefined : endless),
  set: () => true,
  apply: () => endless,
});
