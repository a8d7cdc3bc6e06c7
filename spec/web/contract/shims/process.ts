import { setImmediate } from './timers-promises.ts';

/** Defines the globals of Node that the contract uses, and its tasks. */
export function defineProcess(): void {
  Object.assign(globalThis, {
    process: {
      exit: (): never => {
        close();
        throw new Error('the worker has ended');
      },
      once: () => undefined,
      on: listen,
      off: listen,
      cpuUsage: (before = { user: 0 }) => ({ user: 1000 * performance.now() - before.user }),
    },
    setImmediate: (call: () => void) => {
      void setImmediate().then(call);
    },
  });
}

const wrapped = new Map<Listener, (event: PromiseRejectionEvent) => void>();

type Listener = (reason: unknown) => void;

/** Adds a listener of unhandled rejections, or removes it. */
function listen(event: string, listener: Listener): void {
  const known = wrapped.get(listener);
  const added = ({ reason }: PromiseRejectionEvent): void => {
    listener(reason);
  };
  if (event !== 'unhandledRejection') throw new Error(`there is no event ${event} here`);
  if (known === undefined) addEventListener('unhandledrejection', added);
  else removeEventListener('unhandledrejection', known);
  if (known === undefined) wrapped.set(listener, added);
  else wrapped.delete(listener);
}
