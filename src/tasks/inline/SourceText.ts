import { parseExpression } from './parseExpression.ts';

/**
 * The source text of a function, a method or a class, as the JavaScript engine reads it. To learn what stands at a place,
 * it parses copies of the text that are changed there: only the engine knows every syntax that it runs. A text that cannot
 * be parsed has no places.
 */
export class SourceText {
  private readonly text: string;
  /** Makes an expression of the text, or of a copy of it; null if the text is none. */
  private found: ((text: string) => string) | null | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /**
   * Whether it reads or calls a variable, or a member of one; a property of that name, a label or a string is neither.
   *
   * @param name - The name of the variable, such as `load`, or with a member, such as `load.cache`.
   * @param followedBy - The source of a regular expression that has to match behind it.
   */
  refersTo(name: string, followedBy = ''): boolean {
    const places = this.placesOf(new RegExp(`${boundary(name)}${followedBy === '' ? '' : `(?=${followedBy})`}`, 'g'));
    // A property may be named by a reserved word, nothing else may.
    for (const place of this.failing(places, 'enum'))
      if (['(0)', 'name: (0)'].some((value) => this.parsesWith([place], value))) return true;
    return false;
  }

  /** How often it declares or assigns a variable, a parameter, a function or a class of this name. */
  declarationsOf(name: string): number {
    // Strict code may do with `eval` whatever it does with another name, except this.
    return [...this.failing(this.placesOf(new RegExp(boundary(name), 'g')), 'eval')].length;
  }

  /**
   * Whether a pattern matches something that is code, and not in a comment, a string, a template or a regular expression.
   */
  hasCode(pattern: RegExp): boolean {
    const ends = this.placesOf(pattern).map(({ end }) => ({ start: end, end }));
    return !this.parsesWith(ends, '# #');
  }

  private placesOf(pattern: RegExp): Span[] {
    return [...this.text.matchAll(pattern)].map(({ index, 0: { length } }) => ({ start: index, end: index + length }));
  }

  /** The places where a replacement makes an error, found by halves, since there may be many where it makes none. */
  private *failing(places: readonly Span[], replacement: string): Generator<Span> {
    if (this.parsesWith(places, replacement)) return;
    const half = places.length >> 1;
    if (half === 0) return yield* places;
    yield* this.failing(places.slice(0, half), replacement);
    yield* this.failing(places.slice(half), replacement);
  }

  private parsesWith(places: readonly Span[], replacement: string): boolean {
    if (places.length === 0) return true;
    const expressionOf = (this.found ??= [inParentheses, inObject].find((form) => parses(form(this.text))) ?? null);
    if (expressionOf === null) return true;
    const rest = places.map(({ end }, at) => replacement + this.text.slice(end, places[at + 1]?.start));
    return parses(expressionOf(this.text.slice(0, places[0]?.start) + rest.join('')));
  }
}

/** A part of a text. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** Makes an expression of a function or a class. */
export function inParentheses(text: string): string {
  return `(${text}\n)`;
}

/** Makes an expression of a method. */
export function inObject(text: string): string {
  return `{${text}\n}`;
}

/** Whether a text is an expression. */
export function parses(expression: string): boolean {
  try {
    parseExpression(expression, []);
    return true;
  } catch {
    return false;
  }
}

/** A pattern of a name that is no part of another. */
function boundary(name: string): string {
  return `(?<![\\w$#])${name.replaceAll(/[$.]/g, String.raw`\$&`)}(?![\\w$])`;
}
