import { encodeError } from '../../../../tasks/errors/encodeError.ts';
import { messageOf } from '../../../../util/messageOf.ts';
import { isCloneable } from '../../../wire/node/isCloneable.ts';
import type { ToParent } from '../protocol/messages.ts';
import type { WireError } from '../protocol/wireError.ts';

const isSendable = isCloneable('process');

/** Replaces the results of a message that cannot be sent, such as memory that only threads share, by errors. */
export function repair(message: ToParent, reason: unknown): ToParent {
  if (message.kind !== 'settled') return message;
  const error: WireError = {
    name: 'TaskCloneError',
    message: `the result cannot be sent to another machine: ${messageOf(reason)}`,
    cause: encodeError(reason, isSendable),
  };
  const { id, by, n, values, yields } = message;
  if (yields !== undefined && !isSendable(yields.values)) return { kind: 'fail', id, by, n, error };
  const errors = new Map(message.errors);
  const kept = values.map((value, at) => {
    if (errors.has(at) || isSendable(value)) return value;
    errors.set(at, error);
    return undefined;
  });
  return { ...message, values: kept, errors: [...errors].sort(([a], [b]) => a - b) };
}
