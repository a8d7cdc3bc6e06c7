import { orValues } from './orValues.ts';
import { takeOptions } from './takeOptions.ts';

/** How an option is checked, and its value where it is not given. */
export interface Option {
  /** Throws a TypeError or RangeError that names the option, unless the value may be given. */
  readonly check: (name: string, value: unknown) => void;
  readonly default?: unknown;
}

/** All options of a function or class, by their names. Messages list them in this order. */
export type OptionTable = Readonly<Record<string, Option>>;

type NamesWithDefault<Table> = {
  [Name in keyof Table]: Table[Name] extends { readonly default: unknown } ? Name : never;
}[keyof Table];

/** Options with the defaults of a table filled in. */
export type WithDefaults<Config, Table> = Config & Required<Pick<Config, keyof Config & NamesWithDefault<Table>>>;

/**
 * Takes options as {@link takeOptions} does, and checks the values that are given.
 *
 * @param names - Those that may be given. @defaultValue all of the table
 * @param of - The option that holds them, if one does.
 */
export function takeChecked<Config extends object>(
  given: Config,
  table: OptionTable,
  names: readonly string[] = Object.keys(table),
  of?: string,
): Config {
  const config = takeOptions(given, names, of);
  const prefix = of === undefined ? '' : `${of}.`;
  for (const [name, value] of Object.entries(config))
    if (value !== undefined) table[name]?.check(`${prefix}${name}`, value);
  return config;
}

/** Options that were taken, with the defaults of a table where none is given. */
export function withDefaults<Config extends object, Table extends OptionTable>(
  config: Config,
  table: Table,
): WithDefaults<Config, Table> {
  const defaults: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(table))
    if (Object.hasOwn(option, 'default')) defaults[name] = option.default;
  return orValues(config, defaults) as WithDefaults<Config, Table>;
}

/** A check that also lets one other value pass. */
export function orElse(other: unknown, check: Option['check']): Option['check'] {
  return (name, value) => {
    if (value !== other) check(name, value);
  };
}
