import { nowMs } from './nowMs.ts';

const own = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };
const { MessageChannel: Channel } = globalThis;

/** A timer, as Node has them: a page needs no `unref`. */
export class WebTimer {
  id: unknown;

  unref(): this {
    // Bun has timers of its own, which hold a program.
    (this.id as { unref?: () => void }).unref?.();
    return this;
  }
}

/**
 * Calls back after so many milliseconds, in which this page was not frozen: not each browser counts that time. Taken when this
 * loads, since tests replace the global one.
 */
export function setTimeout(callback: () => void, ms = 0): WebTimer {
  const timer = new WebTimer();
  const endsAtMs = nowMs() + ms;
  const wait = (leftMs: number): void => {
    timer.id = own.setTimeout.call(
      globalThis,
      () => {
        const stillMs = endsAtMs - nowMs();
        // Timers may be early by less than a millisecond.
        if (stillMs > 1) wait(stillMs);
        else callback();
      },
      leftMs,
    );
  };
  wait(ms);
  return timer;
}

/** Whether the global timers are those that they were when this loaded. */
export const areTimersReal = (): boolean => globalThis.setTimeout === own.setTimeout;

export function clearTimeout(timer: WebTimer | undefined): void {
  if (timer !== undefined) own.clearTimeout.call(globalThis, timer.id as number);
}

/** A callback of the next turn of the event loop. */
export interface Turn {
  call: (() => void) | undefined;
}

type SetImmediate = <Args extends readonly unknown[]>(callback: (...args: Args) => void, ...args: Args) => Turn;

const native = (globalThis as { readonly setImmediate?: (callback: () => void) => unknown }).setImmediate?.bind(
  globalThis,
);
const nextTurn = native ?? byMessages();

/** Calls back a turn of the event loop later, when messages that have come have been heard. */
export const setImmediate: SetImmediate = (callback, ...args) => {
  const turn: Turn = {
    call: () => {
      callback(...args);
    },
  };
  nextTurn(() => {
    turn.call?.();
  });
  return turn;
};

export function clearImmediate(turn: Turn | undefined): void {
  if (turn !== undefined) turn.call = undefined;
}

/** By a message to this thread: a timer would wait for 4 ms, and for a second in a hidden tab. */
function byMessages(): (callback: () => void) => void {
  const waiting: (() => void)[] = [];
  let head = 0;
  let send: (() => void) | undefined;

  const receive = (): void => {
    const callback = waiting[head];
    head += 1;
    if (head === waiting.length) {
      waiting.length = 0;
      head = 0;
    }
    callback?.();
  };
  const open = (): (() => void) => {
    const { port1, port2 } = new Channel();
    port1.onmessage = receive;
    return () => {
      port2.postMessage(0);
    };
  };

  return (callback) => {
    send ??= open();
    waiting[waiting.length] = callback;
    send();
  };
}
