import { encodeError } from '../../../../tasks/errors/encodeError.ts';
import { messageOf } from '../../../../util/messageOf.ts';
import { fromBytes, toBytes } from '../../../wire/node/bytes.ts';
import { isCloneable } from '../../../wire/node/isCloneable.ts';
import type { ToParent } from '../protocol/messages.ts';
import type { WireError } from '../protocol/wireError.ts';

const isSendable = isCloneable('process');

/**
 * Replaces the results of a message that cannot be sent by errors: memory that only threads share, and results of more than
 * `maxBytes`. Smaller results may together have more.
 */
export function repair(message: ToParent, maxBytes: number): ToParent {
  if (message.kind !== 'settled') return message;
  const { id, by, n, values, yields } = message;
  for (const value of yields?.values ?? []) {
    const unsendable = reasonAgainst(value, maxBytes);
    if (unsendable !== undefined) return { kind: 'fail', id, by, n, error: errorOf(unsendable) };
  }
  const errors = new Map(message.errors);
  const kept = values.map((value, at) => {
    const unsendable = errors.has(at) ? undefined : reasonAgainst(value, maxBytes);
    if (unsendable === undefined) return value;
    errors.set(at, errorOf(unsendable));
    return undefined;
  });
  return { ...message, values: kept, errors: [...errors].sort(([a], [b]) => a - b) };
}

/** The reason why a value cannot be sent; undefined if it can. */
function reasonAgainst(value: unknown, maxBytes: number): unknown {
  try {
    fromBytes(toBytes(value, maxBytes));
    return undefined;
  } catch (reason) {
    return reason;
  }
}

function errorOf(reason: unknown): WireError {
  return {
    name: 'TaskCloneError',
    message: `the result cannot be sent to another machine: ${messageOf(reason)}`,
    cause: encodeError(reason, isSendable),
  };
}
