/** The message of an error of one item, in parts, so that the item can be named anew. */
export interface ItemMessage {
  /** The text before the name of the item; empty where the message begins with it. */
  readonly before: string;
  /** The preposition of the item; undefined where the item is the subject of the message. */
  readonly preposition: 'on' | 'for' | undefined;
  readonly after: string;
}

/** A property of errors that the errors of other copies of this library have, too. */
const PARTS = Symbol.for('rxjs-parallel.itemMessage');

/** Words a message. Without a name, the message does not mention the item. */
export function wordItem({ before, preposition, after }: ItemMessage, name: string | undefined): string {
  if (preposition === undefined) return `${name ?? 'an item'}${after}`;
  return name === undefined ? `${before}${after}` : `${before} ${preposition} ${name}${after}`;
}

/** Remembers the parts of an error's message, without a trace in what is printed or compared. */
export function withItemMessage<E extends Error>(error: E, parts: ItemMessage): E {
  Object.defineProperty(error, PARTS, { value: parts });
  return error;
}

/** The parts of an error's message; undefined if the message does not name an item. */
export function itemMessageOf(error: Error): ItemMessage | undefined {
  return (error as { readonly [PARTS]?: ItemMessage })[PARTS];
}
