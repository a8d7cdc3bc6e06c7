/** The number of workers that die one after the other with a batch, without a result, after which an item is blamed. */
const MAX_SILENT = 3;

/** All that is known of a batch whose worker died, or answered without a result. */
export interface LostBatch {
  /** How many items it had. */
  readonly items: number;
  /** How many of them have not settled. */
  readonly unsettled: number;
  /** Whether the worker answered, so that its messages are lost. */
  readonly isAnswered: boolean;
  /** Whether any message of the batch was received. */
  readonly hasReceived: boolean;
  /** The item that the exit report of the worker names: the first that has not settled, or another one, if it sent a report. */
  readonly reported: 'first' | 'other' | undefined;
  /** Whether a signal or an error is known that ended the worker. */
  readonly hasReason: boolean;
  /** Whether the generator of the first unsettled item has yielded: it is never run again. */
  readonly hasYielded: boolean;
  /** Whether items may have been moved to the worker, and are lost with it. */
  readonly isMoved: boolean;
  /** How many batches of the job were silent before it, one after the other. */
  readonly silentBefore: number;
}

/** How the items that have not settled go on. */
export interface Verdict {
  /** `again`: as they are; `oneByOne`: each in a batch of its own; `blame`: the first of them fails. */
  readonly next: 'again' | 'oneByOne' | 'blame';
  /** How many batches of the job were silent up to now, one after the other. */
  readonly silent: number;
}

/**
 * Decides which item is blamed for the loss of a batch. An item is blamed where it is known to have been running. A batch is
 * silent if the worker may have died before it received the batch: then an item is blamed after three in a row.
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
