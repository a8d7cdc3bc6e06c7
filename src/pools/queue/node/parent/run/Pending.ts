import type { ChunkReport } from '../../protocol/messages.ts';
import type { SentChunk } from './SentChunk.ts';

/** The run of a job, as seen by the messages about its chunk. */
export interface PendingRun {
  readonly chunk: SentChunk | undefined;
  /** @param bytes - The size of the message. */
  receive(report: ChunkReport, bytes: number): void;
  /** The suspicion of its job; see `LossPolicy`. */
  readonly suspicion: number;
  /** The chunk is lost. @param isBlamed - Whether its items may have caused the loss. */
  lost(why: string, isBlamed: boolean): void;
  /** Compares the state of the chunk with a heartbeat: the number of the last message, and the credit for yields. */
  check(by: string, last: number, credit: number): void;
  /** The chunk has vanished from the queue without a message. */
  vanish(): void;
  /** The time since which the run has waited for a message. */
  readonly waitingSinceMs: number;
  /** The number of its chunks that have vanished since then. */
  readonly vanished: number;
  fail(error: unknown): void;
}

/** The runs of the unfinished chunks, by the names of these chunks. */
export class Pending {
  private readonly runs = new Map<string, PendingRun>();
  private last = 0;

  get size(): number {
    return this.runs.size;
  }

  get all(): readonly (readonly [id: string, run: PendingRun])[] {
    return [...this.runs];
  }

  /** A new name for a chunk. @param inbox - The name of the stream in which machines answer. */
  newId(inbox: string): string {
    this.last += 1;
    return `${inbox}-c${String(this.last)}`;
  }

  get(id: string): PendingRun | undefined {
    return this.runs.get(id);
  }

  add(id: string, run: PendingRun): void {
    this.runs.set(id, run);
  }

  delete(id: string): void {
    this.runs.delete(id);
  }
}
