/** The names of the classes of errors that were rebuilt as a less special class, which is all that is known here. */
const sent = new WeakMap<object, readonly string[]>();

/** Remembers the classes of a rebuilt error, so that it can be sent on to where they are known. */
export function rememberClasses(error: object, classes: readonly string[]): void {
  sent.set(error, classes);
}

/** The classes that an error came with; undefined for an error of this thread. */
export function rememberedClasses(error: object): readonly string[] | undefined {
  return sent.get(error);
}
