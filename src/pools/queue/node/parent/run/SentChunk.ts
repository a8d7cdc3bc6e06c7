import type { ChunkReport } from '../../protocol/messages.ts';

/** One chunk of a job in the queue or on a machine. */
export class SentChunk {
  readonly id: string;
  /** The position in the job of its first item, and of the item after its last. */
  readonly base: number;
  readonly end: number;
  readonly submittedAtMs: number;
  /** Whether the queue has it. */
  isAccepted = false;
  /** The channel of the machine that runs it. */
  by: string | undefined;
  /** How many messages of yields have come. */
  yields = 0;
  /** How many messages of yields its machine may send, as it was told. */
  credit = 0;
  /** How many messages of it have come. */
  private received = 0;

  constructor(id: string, base: number, end: number, submittedAtMs: number) {
    this.id = id;
    this.base = base;
    this.end = end;
    this.submittedAtMs = submittedAtMs;
  }

  /** Whether a message is the next one, one that has come before, or of another delivery of this chunk. */
  classify({ by, n }: ChunkReport): 'next' | 'repeated' | 'foreign' {
    if (n < this.received && by === this.by) return 'repeated';
    if (n !== this.received || (this.by !== undefined && by !== this.by)) return 'foreign';
    this.received += 1;
    this.by = by;
    return 'next';
  }

  /** Whether all that its machine has sent has come. */
  hasAllOf(by: string, last: number): boolean {
    return by === this.by && last + 1 === this.received;
  }
}
