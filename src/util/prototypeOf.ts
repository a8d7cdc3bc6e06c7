/** The prototype of an object. */
export function prototypeOf(object: object): object | null {
  return Object.getPrototypeOf(object) as object | null;
}
