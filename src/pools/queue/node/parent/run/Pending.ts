import type { ChunkReport } from '../../protocol/messages.ts';
import type { SentChunk } from './SentChunk.ts';

/** The run of a job, as its messages find it. */
export interface PendingRun {
  readonly chunk: SentChunk | undefined;
  hear(report: ChunkReport): void;
  /** Its chunk is lost. @param isBlamed - Whether its items may have caused it. */
  lost(why: string, isBlamed: boolean): void;
  /** Its machine says which message of the chunk was the last, and how many messages of yields it may send. */
  check(by: string, last: number, credit: number): void;
  /** Its chunk has left the queue without a word. */
  vanish(): void;
  /** Since when it has waited for a message. */
  readonly waitingSinceMs: number;
  /** How many of its chunks have vanished since. */
  readonly vanished: number;
  fail(error: unknown): void;
}

/** The chunks that have not settled, by their names. */
export class Pending {
  private readonly runs = new Map<string, PendingRun>();
  private last = 0;

  get size(): number {
    return this.runs.size;
  }

  get all(): readonly (readonly [id: string, run: PendingRun])[] {
    return [...this.runs];
  }

  /** A name for a chunk. @param inbox - The name of the stream that it is to be answered in. */
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
