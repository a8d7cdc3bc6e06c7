import { inspect } from '../../platform/inspect.ts';
import type { CodedError, CodedSymbol, CodedValue, Parts } from './CodedError.ts';
import { toParts } from './toParts.ts';

/**
 * The maximum number of values that are encoded, since an error may refer to the whole state of a program. The rest is sent
 * as it is, or as text.
 */
const maxValues = 10_000;

/**
 * Turns a thrown value into a form that can be sent, and that {@link decodeError} rebuilds. Never throws.
 *
 * Errors keep class, message, stack, cause and own properties, at any depth. A value that cannot be sent becomes the text
 * that `util.inspect` gives.
 *
 * @param thrown - Anything.
 * @param isCloneable - Whether a value can be sent as it is; see {@link isCloneable}.
 */
export function encodeError(thrown: unknown, isCloneable: (value: unknown) => boolean): CodedError {
  const places = new Map<object, number>();
  const found: Parts<unknown>[] = [];
  let left = maxValues;

  const encode = (value: unknown): CodedValue => {
    if (typeof value === 'symbol') return encodeSymbol(value);
    if (typeof value === 'function') return { is: textOf(value) };
    if (typeof value !== 'object' || value === null) return { is: value };

    const place = places.get(value);
    if (place !== undefined) return { at: place };

    const parts = toParts(value, value === thrown);
    if (parts === undefined || parts.values.length >= left) return { is: isCloneable(value) ? value : textOf(value) };

    left -= 1 + parts.values.length;
    places.set(value, found.length);
    return { at: found.push(parts) - 1 };
  };

  const root = encode(thrown);
  const nodes: Parts<CodedValue>[] = [];
  // The list grows while it is worked off: a deep chain of causes would overflow the stack of a recursion.
  for (const parts of found) nodes.push({ ...parts, values: parts.values.map(encode) });
  return { root, nodes };
}

function encodeSymbol(symbol: symbol): CodedSymbol {
  const registered = Symbol.keyFor(symbol);
  if (registered !== undefined) return { symbol: 'registered', text: registered };

  const name = symbol.description?.replace(/^Symbol\./, '') ?? '';
  if (Reflect.get(Symbol, name) === symbol) return { symbol: 'wellKnown', text: name };

  return { symbol: 'own', text: symbol.description };
}

function textOf(value: unknown): string {
  try {
    return inspect(value);
  } catch {
    return `[${typeof value}]`;
  }
}
