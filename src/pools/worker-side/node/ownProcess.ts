import { isMainThread } from 'node:worker_threads';

// The process object as it was when the worker loaded: a task may replace it or its functions, and remove its listeners.

const own = process;
const on = own.on.bind(own);
const off = own.off.bind(own);
const listenerCount = own.listenerCount.bind(own);
const orderlyExit = own.exit.bind(own);
const exitAtOnce = (own as { reallyExit?: (code: number) => void }).reallyExit?.bind(own);
// In Deno, a thread cannot read it.
const channel = isMainThread ? (own.channel ?? undefined) : undefined;
// eslint-disable-next-line @typescript-eslint/unbound-method -- they are compared, and restored.
const { nextTick, emit } = own;

type Listener = (argument: never) => void;

const listeners: { readonly event: string; readonly listener: () => void }[] = [];

export const sendToParent = own.send?.bind(own);

/**
 * Drops messages that a task sends to the parent of its process. The parent has no listener for them, and a message that
 * cannot be read would end the parent: Node throws that error where no code can catch it.
 */
export function dropMessagesOfTasks(): void {
  if (own.send === undefined) return;
  own.send = (...args: readonly unknown[]) => {
    const done = args[args.length - 1];
    if (typeof done === 'function') nextTick(done, null);
    return true;
  };
}

export function exit(code: number): void {
  try {
    orderlyExit(code);
  } finally {
    exitAtOnce?.(code);
  }
}

export function listen(event: string, listener: Listener): void {
  const listening = { event, listener: listener as () => void };
  listeners[listeners.length] = listening;
  on(event, listening.listener);
}

/** Adds the listeners again that a task has removed. */
export function listenAgain(): void {
  for (let at = 0; at < listeners.length; at += 1) {
    const { event, listener } = listeners[at] as (typeof listeners)[number];
    if (listenerCount(event, listener) > 0) continue;
    on(event, listener);
    // Node unrefs the channel when its last listener is removed.
    channel?.ref();
  }
}

const PROBE = 'rxjs-parallel.probe';

/**
 * Tests whether this process can still receive messages of its parent, and repairs `process.emit`. Node delivers messages by
 * `process.nextTick` and `process.emit`, which fake timers replace, and other libraries wrap.
 *
 * @returns a function that repairs `process.nextTick`. Call it an event-loop turn later.
 */
export function mendDelivery(): () => void {
  if (own.nextTick === nextTick && own.emit === emit) return () => undefined;
  const works = { nextTick: false, emit: false };
  const receive = (): void => {
    works.emit = true;
  };
  on(PROBE, receive);
  try {
    own.emit(PROBE as never);
    own.nextTick(() => {
      works.nextTick = true;
    });
  } catch {
    // The flags tell which of them does not work.
  }
  off(PROBE, receive);
  if (!works.emit) own.emit = emit;
  return () => {
    if (!works.nextTick) own.nextTick = nextTick;
  };
}
