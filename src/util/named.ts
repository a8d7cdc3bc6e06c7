/** Gives a class the name that messages show, also where a minifier has shortened it. */
export function named(ofClass: object, name: string): void {
  Object.defineProperty(ofClass, 'name', { value: name, configurable: true });
}
