import { DomException } from '../platform/realms/DomException.ts';
import { isMap, isSet } from '../platform/types.ts';
import { TASKS_CALL } from './tasksCall.ts';
import { isPromiseLike } from './isIterator.ts';

/**
 * Explains which part of a value cannot be cloned, and says what to do. Never throws.
 *
 * @param value - The value that was to be sent.
 * @param reason - What its clone has thrown.
 * @param way - Whether it is sent to a task, or is the result of a task.
 * @returns A DataCloneError; the reason itself where no such part is found.
 */
export function explainClone(value: unknown, reason: unknown, way: keyof typeof ADVICE): unknown {
  try {
    const found = findIn(value);
    if (found === undefined) return reason;
    const { kind, path } = found;
    const at = path === '' ? '' : ` at ${path}`;
    return new DomException(`${kind}${at} could not be cloned. ${ADVICE[way][kind]}`, 'DataCloneError');
  } catch {
    // A proxy whose traps throw.
    return reason;
  }
}

/**
 * Whether a clone of an object would have nothing in common with it, and say nothing of it: an Observable without functions
 * of its own, such as a Subject, and what only gives its values to `for await`.
 */
export function clonesToNothing(value: object): boolean {
  if (isObservable(value)) return true;
  return isAsyncIterable(value) && Object.keys(value).length === 0;
}

const WITH_TASKS = `export the task from a module that has it, and use ${TASKS_CALL}`;

const ADVICE = {
  sent: {
    'a function': `Write it in the task, or ${WITH_TASKS}`,
    'a promise': 'Await it first, as Promise.all does for an array',
    'an Observable': 'Give its values, as mergeAll() does, or its last one, with await lastValueFrom(...)',
    'an async iterable': 'Read it first, or open it in the task',
  },
  returned: {
    'a function': 'Call it in the task, and return its result',
    'a promise': 'Await it in the task',
    'an Observable':
      'Return its last value, lastValueFrom(...), or an array of all, lastValueFrom(....pipe(toArray()))',
    'an async iterable': 'Write the task as an async generator that gives its values: yield* ...',
  },
} as const;

interface Offender {
  readonly kind: keyof (typeof ADVICE)['sent'];
  /** Where it is, such as `[0].name`; empty for the value itself. */
  readonly path: string;
}

/** How many parts of a value are looked at. */
const MAX_PARTS = 1000;

function findIn(root: unknown): Offender | undefined {
  const parts: { readonly value: unknown; readonly path: string }[] = [{ value: root, path: '' }];
  const seen = new Set<unknown>();
  // The list grows while it is worked off.
  for (const { value, path } of parts) {
    const kind = kindOf(value);
    if (kind !== undefined) return { kind, path };
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    for (const part of partsOf(value, path)) if (parts.length < MAX_PARTS) parts.push(part);
  }
  return undefined;
}

function kindOf(value: unknown): Offender['kind'] | undefined {
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return undefined;
  if (isObservable(value)) return 'an Observable';
  if (isPromiseLike(value)) return 'a promise';
  return isAsyncIterable(value) ? 'an async iterable' : undefined;
}

function partsOf(value: object, path: string): { readonly value: unknown; readonly path: string }[] {
  if (isMap(value))
    return [...value.values(), ...value.keys()].map((part) => ({ value: part, path: `${path}.get(...)` }));
  if (isSet(value)) return [...value].map((part) => ({ value: part, path: `${path}.values()` }));
  if (ArrayBuffer.isView(value)) return [];
  return Object.entries(value).map(([name, part]: [string, unknown]) => ({
    value: part,
    path: /^[a-z_$][\w$]*$/i.test(name)
      ? `${path}.${name}`
      : `${path}[${/^\d+$/.test(name) ? name : JSON.stringify(name)}]`,
  }));
}

/** Recognised by `Symbol.observable` and `subscribe`, since workers have no RxJS, or another copy of it. */
function isObservable(value: object): boolean {
  const candidate = value as { readonly subscribe?: unknown; readonly [key: string | symbol]: unknown };
  if (typeof candidate.subscribe !== 'function') return false;
  const { observable } = Symbol as { readonly observable?: symbol };
  return [observable ?? '@@observable', '@@observable'].some((key) => typeof candidate[key] === 'function');
}

function isAsyncIterable(value: object): boolean {
  return typeof (value as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator] === 'function';
}
