/** The number of consecutive silent batches after which an item is blamed. */
const MAX_SILENT = 3;

/** The known facts about a batch whose worker died, or answered without a result. */
export interface LostBatch {
  /** The number of its items. */
  readonly items: number;
  /** The number of its items that have not settled. */
  readonly unsettled: number;
  /** Whether the worker answered without a result: then its messages are lost. */
  readonly isAnswered: boolean;
  /** Whether any message of the batch was received. */
  readonly hasReceived: boolean;
  /** The item that the exit report names: the first unsettled one, or another one. Undefined without an exit report. */
  readonly reported: 'first' | 'other' | undefined;
  /** Whether the signal or the error that ended the worker is known. */
  readonly hasReason: boolean;
  /** Whether the generator of the first unsettled item has yielded: then it never runs again. */
  readonly hasYielded: boolean;
  /** Whether parts of items may have been moved to the worker: then they are lost with it. */
  readonly isMoved: boolean;
  /** The number of consecutive silent batches of the job before this one. */
  readonly silentBefore: number;
}

/** The decision about the unsettled items. */
export interface Verdict {
  /** `again`: send them again; `oneByOne`: send each in a batch of its own; `blame`: fail the first of them. */
  readonly next: 'again' | 'oneByOne' | 'blame';
  /** The number of consecutive silent batches of the job, including this one if it was silent. */
  readonly silent: number;
}

/**
 * Decides which item is blamed for the loss of a batch. An item is blamed if it is known to have been running. A batch is
 * silent if the worker may have died before it received the batch: an item is blamed after three silent batches in a row.
 */
export function blame(lost: LostBatch): Verdict {
  const { items, unsettled, isAnswered, hasReceived, reported, hasReason, hasYielded, isMoved, silentBefore } = lost;
  if (unsettled === 0) return { next: 'again', silent: silentBefore };

  const isSilent = isAnswered || (reported === undefined && !hasReceived && !hasReason);
  const silent = isSilent && !isMoved ? silentBefore + 1 : silentBefore;
  if (silent > silentBefore && silent < MAX_SILENT)
    return { next: silent === MAX_SILENT - 1 ? 'oneByOne' : 'again', silent };

  const isKnown = items === 1 || reported === 'first' || hasYielded;
  return { next: isKnown ? 'blame' : 'oneByOne', silent };
}
