/** A value of a coded error: as it is, as a place in `nodes`, or a symbol. */
export type CodedValue = { readonly is: unknown } | { readonly at: number } | CodedSymbol;

/** A symbol, which no wire takes. */
export interface CodedSymbol {
  readonly symbol: 'wellKnown' | 'registered' | 'own';
  readonly text: string | undefined;
}

/**
 * An object taken apart, one level deep.
 *
 * @typeParam Value - The type of its parts: the values themselves, or {@link CodedValue}.
 */
export interface Parts<Value> {
  readonly kind: 'error' | 'object' | 'array' | 'map' | 'set';
  /** The properties, the members of a set, or the keys and values of a map in turn. */
  readonly values: readonly Value[];
  /** The names of the properties. */
  readonly keys?: readonly string[];
  /** How many of the properties, from the first, are not enumerable. */
  readonly hidden?: number;
  /** Of an error, the names of its classes, nearest first. */
  readonly classes?: readonly string[];
  /** Of an array. */
  readonly length?: number;
}

/**
 * A thrown value in a form that can be sent to a thread or a process. Its objects are in a flat table, so cycles are
 * allowed.
 */
export interface CodedError {
  readonly root: CodedValue;
  readonly nodes: readonly Parts<CodedValue>[];
}
