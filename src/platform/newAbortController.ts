const { AbortController: Captured } = globalThis;

/** Makes an AbortController, of the class that is global when this loads: tasks hand its signal on to what else is there. */
export function newAbortController(): AbortController {
  return new Captured();
}
