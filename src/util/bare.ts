/**
 * A copy that inherits nothing, for code that also reads inherited options: otherwise it would read properties that were
 * added to the prototype of all objects.
 *
 * @param names - Further options, which are undefined in the copy.
 */
export function bare<T extends object>(object: T, names: readonly string[] = []): T {
  const copy = Object.create(null) as Record<string, unknown>;
  for (const name of names) copy[name] = undefined;
  return Object.assign(copy, object);
}
