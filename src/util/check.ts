import { LONGEST_TIMER_MS } from '../platform/time/longestTimerMs.ts';

/** Shows a value in a message: short, and never throwing. */
export function show(value: unknown): string {
  try {
    if (typeof value === 'string') return JSON.stringify(value);
    if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`;
    if (Array.isArray(value)) return 'an array';
    if (typeof value === 'object' && value !== null) return `an object of ${value.constructor.name}`;
    return String(value);
  } catch {
    return `a value of type ${typeof value}`;
  }
}

/** Throws unless `value` is an integer from `min`. `or` names the other valid values, which the caller has checked. */
export function checkCount(name: string, value: unknown, min: number, or = ''): void {
  const expectation = `${name} must be an integer from ${String(min)}${or}, not ${show(value)}`;
  if (typeof value !== 'number') throw new TypeError(expectation);
  if (!Number.isInteger(value) || value < min) throw new RangeError(expectation);
}

/** Throws unless `value` is a number of milliseconds that a timer can be set to, from 0 on or more than that. */
export function checkMs(name: string, value: unknown, min: 0 | 1, or = ''): void {
  const from = min === 0 ? 'from 0' : 'more than 0';
  const expectation = `${name} must be ${from} and at most ${String(LONGEST_TIMER_MS)} milliseconds${or}, not ${show(value)}`;
  if (typeof value !== 'number') throw new TypeError(expectation);
  if (!(min === 0 ? value >= 0 : value > 0) || value > LONGEST_TIMER_MS) throw new RangeError(expectation);
}

/** Throws unless `value` is one of `allowed`. */
export function checkOneOf(name: string, value: unknown, allowed: readonly unknown[]): void {
  if (!allowed.includes(value))
    throw new TypeError(`${name} must be ${allowed.map(show).join(' or ')}, not ${show(value)}`);
}

/** Throws unless `value` is an array. */
export function checkArray(name: string, value: unknown): void {
  if (!Array.isArray(value)) throw new TypeError(`${name} must be an array, not ${show(value)}`);
}

/** Throws unless `value` is a function. */
export function checkFunction(name: string, value: unknown): void {
  if (typeof value !== 'function') throw new TypeError(`${name} must be a function, not ${show(value)}`);
}

/**
 * Throws where `config` is no object, or has an option that is not known. `of` is the option that holds them, if one does.
 */
export function checkOptions(config: object, known: readonly string[], of?: string): void {
  const options = of === undefined ? 'the options' : `the options of ${of}`;
  if (typeof config !== 'object' || (config as unknown) === null || Array.isArray(config))
    throw new TypeError(`${options} must be an object, not ${show(config)}`);
  const prefix = of === undefined ? '' : `${of}.`;
  // Includes inherited options, but not properties that were added to the prototype of all objects.
  for (const name in config)
    if (!known.includes(name) && (Object.hasOwn(config, name) || !(name in Object.prototype)))
      throw new TypeError(`there is no option ${prefix}${name}; ${options} are ${known.join(', ')}`);
}
