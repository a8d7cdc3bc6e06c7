import { isMap, isSet } from '../../platform/types.ts';

/** The number of items, if it is known beforehand. */
export function sizeOf(items: unknown): number | undefined {
  if (Array.isArray(items)) return items.length;
  return isSet(items) || isMap(items) ? items.size : undefined;
}
