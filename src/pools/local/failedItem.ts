import type { ParallelError } from '../../tasks/errors/errors.ts';
import type { Settlements } from '../pool.ts';

export function failedItem(position: number, error: ParallelError): Settlements<unknown> {
  return { from: position, values: [undefined], errors: [[0, error]] };
}
