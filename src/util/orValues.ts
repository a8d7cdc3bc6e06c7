import { bare } from './bare.ts';

/** A copy of options that inherits nothing, with other values in place of those that are undefined. */
export function orValues<Config extends object, Values extends object>(
  config: Config,
  values: Values,
): Config & Values {
  const filled = bare(values) as Record<string, unknown>;
  for (const [name, value] of Object.entries(config)) if (value !== undefined) filled[name] = value;
  return filled as Config & Values;
}
