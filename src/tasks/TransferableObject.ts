/**
 * An object that can be moved to another thread: an ArrayBuffer, a MessagePort, a web stream, or a file handle. A view,
 * such as a Buffer, is not one: move its `buffer`.
 */
export type TransferableObject = object & { readonly BYTES_PER_ELEMENT?: never };
