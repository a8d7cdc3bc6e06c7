import { Worker as NodeWorker } from 'node:worker_threads';
import { messageOf } from '../../../util/messageOf.ts';
import type { Script } from '../Script.ts';

/** The URL that a function gives to `new Worker`, with the file that says so, if it is known; or why there is none. */
export type Captured = { readonly url: string; readonly caller: string | undefined } | { readonly reason: string };

/**
 * Calls the function that starts a worker, and starts none: while it runs, the globals `Worker` and `URL` are others, which
 * note what is made by them. No other code of this thread can run meanwhile.
 */
export function captureScript({ start }: Script): Captured {
  const noted: { url: string; caller: string | undefined }[] = [];
  const urls: string[] = [];
  let refusal: string | undefined;

  class NotedWorker {
    constructor(url: unknown) {
      noted.push({ url: String(url), caller: callerOf(NotedWorker) });
    }
    postMessage(): void {
      refusal = 'it posts a message to the worker, which Node starts by itself';
    }
    terminate(): void {
      refusal = 'it terminates the worker';
    }
    addEventListener(): void {
      // The listener would never be called.
    }
  }
  const NotedUrl = new Proxy(globalThis.URL, {
    construct: (target, args: unknown[], newTarget) => {
      const url = Reflect.construct(target, args, newTarget === NotedUrl ? target : newTarget) as URL;
      urls.push(url.href);
      return url;
    },
  });

  let made: unknown;
  try {
    made = withGlobals({ Worker: NotedWorker, URL: NotedUrl }, start);
  } catch (error) {
    return { reason: `the function that starts a worker throws: ${messageOf(error)}` };
  }
  if (made instanceof NodeWorker) {
    // Its script is not evaluated: it has not begun.
    made.on('error', () => undefined);
    void made.terminate();
    const url = urls.at(-1);
    if (url !== undefined) return { url, caller: undefined };
  }
  if (typeof (made as PromiseLike<unknown> | undefined)?.then === 'function')
    (made as Promise<unknown>).then(undefined, () => undefined);
  if (refusal !== undefined) return { reason: `the function that starts a worker does more: ${refusal}` };
  return noted[0] ?? { reason: 'the function that starts a worker has made none when it returns' };
}

/** Calls a function while some globals are others. @throws TypeError where they cannot be replaced. */
function withGlobals<T>(others: Readonly<Record<string, unknown>>, call: () => T): T {
  const own = Object.keys(others).map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const);
  try {
    for (const [name, value] of Object.entries(others))
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    return call();
  } finally {
    for (const [name, descriptor] of own)
      if (descriptor === undefined) Reflect.deleteProperty(globalThis, name);
      else Reflect.defineProperty(globalThis, name, descriptor);
  }
}

/** The file of the code that calls a function. Not by a text of a stack, where source maps put other names. */
function callerOf(made: abstract new (url: unknown) => unknown): string | undefined {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is put back.
  const { prepareStackTrace } = Error;
  const holder: { stack?: unknown } = {};
  Error.prepareStackTrace = (_error, sites) => sites;
  try {
    Error.captureStackTrace(holder, made);
    const [site] = holder.stack as readonly NodeJS.CallSite[];
    return site?.getFileName() ?? undefined;
  } catch {
    return undefined;
  } finally {
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- most programs have none.
    if (prepareStackTrace === undefined) Reflect.deleteProperty(Error, 'prepareStackTrace');
    else Error.prepareStackTrace = prepareStackTrace;
  }
}
