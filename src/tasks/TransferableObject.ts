/**
 * An object that can be moved to another thread: an ArrayBuffer, a MessagePort, a stream of the web, a file handle; not a
 * view, such as a Buffer, of which the `buffer` moves.
 */
export type TransferableObject = object & { readonly BYTES_PER_ELEMENT?: never };
