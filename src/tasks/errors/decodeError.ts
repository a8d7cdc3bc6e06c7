import { DomException } from '../../platform/realms/DomException.ts';
import type { CodedError, CodedSymbol, CodedValue, Parts } from './CodedError.ts';
import { rememberClasses } from './classesSent.ts';
import { errorClassOf } from './registerError.ts';

/** Rebuilds a thrown value from the result of {@link encodeError}. Never throws. */
export function decodeError({ root, nodes }: CodedError): unknown {
  const shells = nodes.map(shellOf);
  const decode = (value: CodedValue): unknown => {
    if ('at' in value) return shells[value.at];
    return 'symbol' in value ? decodeSymbol(value) : value.is;
  };

  // All exist before the first is filled, as they may point at each other in cycles.
  nodes.forEach((parts, at) => {
    fill(shells[at], { ...parts, values: parts.values.map(decode) });
  });
  return decode(root);
}

function shellOf(parts: Parts<CodedValue>): unknown {
  switch (parts.kind) {
    case 'error':
      return errorShell(parts);
    case 'array':
      return Object.assign([], { length: parts.length });
    case 'map':
      return new Map();
    case 'set':
      return new Set();
    case 'object':
      return {};
  }
}

function errorShell(parts: Parts<CodedValue>): Error {
  const found = parts.classes?.map(errorClassOf).find((known) => known !== undefined) ?? Error;
  // Its fields are internal: an object that only has the prototype is none.
  if (found === DomException) return new DomException(textOf(parts, 'message'), textOf(parts, 'name'));

  const error = new Error();
  if (parts.classes !== undefined && found.name !== parts.classes[0]) rememberClasses(error, parts.classes);
  // Now and by assignment: V8 builds the stack when it is read or defined, with methods of the class, which may throw.
  error.stack = '';
  return Object.setPrototypeOf(error, found.prototype as Error) as Error;
}

function textOf({ keys, values }: Parts<CodedValue>, key: string): string {
  const value = values[keys?.indexOf(key) ?? -1];
  return value !== undefined && 'is' in value && typeof value.is === 'string' ? value.is : '';
}

function fill(shell: unknown, { kind, keys, values, hidden = 0 }: Parts<unknown>): void {
  if (kind === 'map') {
    const map = shell as Map<unknown, unknown>;
    for (let i = 0; i < values.length; i += 2) map.set(values[i], values[i + 1]);
    return;
  }
  if (kind === 'set') {
    for (const value of values) (shell as Set<unknown>).add(value);
    return;
  }
  keys?.forEach((key, i) => {
    const value = values[i];
    if (kind === 'error' && isInherited(shell as Error, key, value)) return;
    // Not by assignment, which for `__proto__` would set the prototype.
    Object.defineProperty(shell, key, { value, writable: true, configurable: true, enumerable: i >= hidden });
  });
}

/** Whether the class gives the property already, as it does with most names. */
function isInherited(error: Error, key: string, value: unknown): boolean {
  try {
    return key in error && Reflect.get(error, key) === value;
  } catch {
    // An accessor of the class may need a private field, which only the constructor makes.
    return false;
  }
}

function decodeSymbol({ symbol, text }: CodedSymbol): symbol {
  if (symbol === 'registered') return Symbol.for(text ?? '');
  return symbol === 'wellKnown' ? (Reflect.get(Symbol, text ?? '') as symbol) : Symbol(text);
}
