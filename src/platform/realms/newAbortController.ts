const { AbortController: Captured } = globalThis;

/**
 * Makes an AbortController of the class that is global when this loads, so that tasks can pass its signal to other
 * functions.
 */
export function newAbortController(): AbortController {
  return new Captured();
}
