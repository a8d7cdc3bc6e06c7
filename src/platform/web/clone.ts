const copy = globalThis.structuredClone.bind(globalThis);

/**
 * Copies a value as a message to a worker does.
 *
 * @param transfer - The objects to move.
 * @throws DataCloneError where something cannot be cloned.
 */
export function clone<T>(value: T, transfer: readonly Transferable[] = []): T {
  return copy(value, { transfer: [...transfer] });
}
