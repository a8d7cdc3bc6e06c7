/** Defines the parts of Node's process that the contract uses. */
export function defineProcess(): void {
  Object.assign(globalThis, {
    process: {
      exit: (): never => {
        close();
        throw new Error('the worker has ended');
      },
      once: () => undefined,
    },
  });
}
