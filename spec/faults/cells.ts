import { FAULTS, type Fault, type Kind } from './faults.ts';

/** One combination of what may go wrong and of how a run is asked to deal with it. */
export interface Cell {
  readonly kind: Kind;
  readonly fault: Fault;
  readonly chunkSize: number | 'auto';
  readonly onError: 'throw' | 'return' | 'skip';
  readonly ordered: boolean;
}

/** All of them. */
export const CELLS: readonly Cell[] = (['thread', 'process'] as const).flatMap((kind) =>
  FAULTS.filter(({ kinds = [kind] }) => kinds.includes(kind)).flatMap((fault) =>
    ([1, 7, 'auto'] as const).flatMap((chunkSize) =>
      (['throw', 'return', 'skip'] as const).flatMap((onError) =>
        [false, true].map((ordered) => ({ kind, fault, chunkSize, onError, ordered })),
      ),
    ),
  ),
);

/** Forty of them: each fault in threads and in processes, and each of the options many times, since 13 and 18 have no common factor. */
export const SAMPLE: readonly Cell[] = CELLS.filter((_, at) => at % 13 === 12);

export function nameOf({ kind, fault, chunkSize, onError, ordered }: Cell): string {
  return `${fault.name} in a ${kind}: chunkSize ${String(chunkSize)}, onError ${onError}${ordered ? ', ordered' : ''}`;
}
