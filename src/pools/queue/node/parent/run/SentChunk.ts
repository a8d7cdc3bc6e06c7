import type { ChunkReport } from '../../protocol/messages.ts';

/** One chunk of a job, in the queue or on a machine. */
export class SentChunk {
  readonly id: string;
  /** The position in the job of its first item, and of the item after its last. */
  readonly base: number;
  readonly end: number;
  readonly submittedAtMs: number;
  /** The size of its items, in bytes. */
  bytes = 0;
  /** The highest suspicion of another job whose chunk was on the same machine when that was lost; see `LossPolicy`. */
  company = -1;
  /** Whether the queue has accepted the chunk. */
  isAccepted = false;
  /** The channel of the machine that runs the chunk. */
  by: string | undefined;
  /** The number of received messages with yields. */
  yields = 0;
  /** The number of messages with yields that the machine may send, as this program has told it. */
  credit = 0;
  /** The number of received messages about the chunk. */
  private received = 0;

  constructor(id: string, base: number, end: number, submittedAtMs: number) {
    this.id = id;
    this.base = base;
    this.end = end;
    this.submittedAtMs = submittedAtMs;
  }

  /** Whether a message is the next one, a repeated one, or from another delivery of this chunk. */
  classify({ by, n }: ChunkReport): 'next' | 'repeated' | 'foreign' {
    if (n < this.received && by === this.by) return 'repeated';
    if (n !== this.received || (this.by !== undefined && by !== this.by)) return 'foreign';
    this.received += 1;
    this.by = by;
    return 'next';
  }

  /** Whether all messages that its machine has sent have been received. */
  hasAllOf(by: string, last: number): boolean {
    return by === this.by && last + 1 === this.received;
  }
}
