const listeners = new WeakMap<EventTarget, Map<string, Set<unknown>>>();
const { prototype } = AbortSignal;
const own = {
  add: Reflect.get(prototype, 'addEventListener') as Method,
  remove: Reflect.get(prototype, 'removeEventListener') as Method,
};

type Args = [type: string, listener: unknown, options?: unknown];
type Method = (this: AbortSignal, ...args: Args) => void;

/** Lists the listeners of an AbortSignal. A page cannot ask for them: they are noted when they are added and removed. */
export function getEventListeners(target: AbortSignal, type: string): readonly unknown[] {
  return [...listenersOf(target, type)];
}

function listenersOf(target: AbortSignal, type: string): Set<unknown> {
  const ofTarget = listeners.get(target) ?? new Map<string, Set<unknown>>();
  listeners.set(target, ofTarget);
  const ofType = ofTarget.get(type) ?? new Set();
  ofTarget.set(type, ofType);
  return ofType;
}

Object.assign(prototype, {
  addEventListener(this: AbortSignal, ...args: Args): void {
    listenersOf(this, args[0]).add(args[1]);
    own.add.apply(this, args);
  },
  removeEventListener(this: AbortSignal, ...args: Args): void {
    listenersOf(this, args[0]).delete(args[1]);
    own.remove.apply(this, args);
  },
});
