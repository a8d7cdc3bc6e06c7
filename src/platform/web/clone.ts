// A DOM of tests, such as that of Jest, may have none: the package can be imported there all the same.
const copy = (globalThis as Partial<typeof globalThis>).structuredClone?.bind(globalThis) as typeof structuredClone;

/**
 * Copies a value as a message to a worker does.
 *
 * @param transfer - The objects to move.
 * @throws DataCloneError where something cannot be cloned.
 */
export function clone<T>(value: T, transfer: readonly Transferable[] = []): T {
  return copy(value, { transfer: [...transfer] });
}
