/** The class that is global when this loads. */
export const { DOMException: DomException } = globalThis;
