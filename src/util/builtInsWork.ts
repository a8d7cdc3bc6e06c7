/** A built-in that is used, and its value when the library was loaded. */
const known = namesOf([
  [globalThis, ['Array', 'Error', 'Function', 'Map', 'Math', 'Object', 'Reflect', 'RegExp', 'Set', 'String', 'Symbol']],
  [globalThis, ['WeakMap']],
  [Array, ['isArray']],
  [Array.prototype, ['entries', 'filter', 'find', 'flat', 'indexOf', 'join', 'map', 'push', 'slice', Symbol.iterator]],
  [Function.prototype, ['apply', 'bind', 'call', 'toString']],
  [Map.prototype, ['delete', 'entries', 'get', 'set', 'values']],
  [Math, ['max', 'min']],
  [Object, ['assign', 'entries', 'fromEntries', 'getOwnPropertyDescriptor', 'getOwnPropertyNames', 'getPrototypeOf']],
  [Object, ['hasOwn', 'keys', 'values']],
  [Reflect, ['get', 'ownKeys']],
  [RegExp.prototype, ['exec']],
  [Set.prototype, ['add', 'has']],
  [String.prototype, ['replace', 'match', 'matchAll', 'startsWith', 'includes']],
  [WeakMap.prototype, ['get', 'set']],
]);

interface Known {
  readonly owner: object;
  readonly name: PropertyKey;
  readonly was: unknown;
}

function namesOf(table: readonly (readonly [owner: object, names: readonly PropertyKey[]])[]): readonly Known[] {
  return table.flatMap(([owner, names]) =>
    names.map((name) => ({ owner, name, was: Reflect.get(owner, name) as unknown })),
  );
}

/**
 * Whether the built-in classes and functions that this library uses still work: a task may have replaced them. Replacements
 * that work, such as polyfills, are accepted.
 */
export function builtInsWork(): boolean {
  for (let at = 0; at < known.length; at += 1) {
    const { owner, name, was } = known[at] as Known;
    if ((owner as Record<PropertyKey, unknown>)[name] !== was) return theyWork();
  }
  return true;
}

function theyWork(): boolean {
  try {
    const list: number[] = [];
    list.push(3, 1);
    const [first, ...rest] = list;
    let sum = 0;
    for (const n of list) sum += n;
    for (const [at, n] of list.entries()) sum += at * n;
    const map = new Map([['a', 1]]).set('b', 2);
    const key = {};
    const entries = Object.entries({ a: 1, b: 2 });
    return (
      first === 3 &&
      rest.length === 1 &&
      sum === 5 &&
      Array.isArray(list) &&
      list.slice(1)[0] === 1 &&
      list.map((n) => n + 1).filter((n) => n > 2).length === 1 &&
      list.find((n) => n === 1) === 1 &&
      list.indexOf(1) === 1 &&
      list.join('') === '31' &&
      [[1], [2]].flat().length === 2 &&
      map.get('b') === 2 &&
      map.delete('a') &&
      map.size === 1 &&
      [...map.values()].length === 1 &&
      new Set([1]).add(2).has(2) &&
      new WeakMap([[key, 1]]).get(key) === 1 &&
      entries.length === 2 &&
      Reflect.get(Object.fromEntries(entries), 'b') === 2 &&
      Object.keys(key).length === 0 &&
      Object.values({ a: 1 })[0] === 1 &&
      Object.getPrototypeOf(list) === Array.prototype &&
      Object.getOwnPropertyNames({ a: 1 }).length === 1 &&
      Object.hasOwn({ a: 1 }, 'a') &&
      Reflect.ownKeys({ a: 1 }).length === 1 &&
      Function.prototype.toString.call(String).includes('native code') &&
      ((n: number) => n).bind(undefined, 1)() === 1 &&
      ((n: number) => n).apply(undefined, [1]) === 1 &&
      Math.max(1, 2) === 2 &&
      Math.min(1, 2) === 1 &&
      Symbol.for('a') === Symbol.for('a') &&
      /^a(.)$/.exec('ab')?.[1] === 'b' &&
      'ab'.replace('a', 'b') === 'bb' &&
      new Error('a').message === 'a' &&
      String(1) === '1'
    );
  } catch {
    return false;
  }
}
