import { checkCount, checkMs, checkOneOf, show } from './check.ts';
import { orElse, type Option } from './options.ts';

/** A check that lets integers from `min` pass, and one other value if there is one. */
export function countFrom(min: number, ...other: readonly [] | readonly [unknown]): Option['check'] {
  const or = other.map((value) => ` or ${show(value)}`).join('');
  const check: Option['check'] = (name, value) => {
    checkCount(name, value, min, or);
  };
  return other.length === 0 ? check : orElse(other[0], check);
}

/** A check that lets milliseconds pass, from 0 or more than 0, and one other value if there is one. */
export function msFrom(min: 0 | 1, ...other: readonly [] | readonly [unknown]): Option['check'] {
  const or = other.map((value) => `, or ${show(value)}`).join('');
  const check: Option['check'] = (name, value) => {
    checkMs(name, value, min, or);
  };
  return other.length === 0 ? check : orElse(other[0], check);
}

/** A check that lets some values pass. */
export function oneOf(...allowed: readonly unknown[]): Option['check'] {
  return (name, value) => {
    checkOneOf(name, value, allowed);
  };
}
