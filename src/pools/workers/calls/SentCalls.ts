import { nowMs } from '../../../platform/time/nowMs.ts';
import type { PoolCall } from '../../calls.ts';
import type { CallCells } from '../../wire/CallCells.ts';
import type { SentCall } from './SentCall.ts';

/** The calls that a worker has, in the order in which it runs them, and how far it is. */
export class SentCalls {
  private readonly byNumber = new Map<number, SentCall>();
  private readonly cells: CallCells | undefined;
  /** When the first of them began, in a process, which does not share how far it is. */
  private begunThereAtMs = 0;

  /** @param cells - Shared with a thread. */
  constructor(cells: CallCells | undefined) {
    this.cells = cells;
  }

  get size(): number {
    return this.byNumber.size;
  }

  get all(): readonly SentCall[] {
    return [...this.byNumber.values()];
  }

  /** Those that have not begun. */
  get pending(): readonly PoolCall[] {
    return this.all.filter((sent) => !this.hasBegun(sent)).map(({ call }) => call);
  }

  /** The first that has begun. */
  get first(): SentCall | undefined {
    for (const sent of this.byNumber.values()) if (this.hasBegun(sent)) return sent;
    return undefined;
  }

  /** Whether a call runs for which somebody waits. */
  get isRunning(): boolean {
    return this.first?.isAbandoned === false;
  }

  /** For how many milliseconds a call has run; undefined if none runs. */
  get runningMs(): number | undefined {
    const { first, cells } = this;
    if (first === undefined) return undefined;
    if (cells === undefined) return nowMs() - this.begunThereAtMs;
    return cells.isRunning(first.number) ? nowMs() - cells.begunAtMs : undefined;
  }

  get(number: number): SentCall | undefined {
    return this.byNumber.get(number);
  }

  has(sent: SentCall): boolean {
    return this.byNumber.get(sent.number) === sent;
  }

  add(sent: SentCall): void {
    if (this.byNumber.size === 0) this.noteBegin();
    this.byNumber.set(sent.number, sent);
  }

  delete(sent: SentCall): void {
    this.byNumber.delete(sent.number);
  }

  /** Notes that the next call of a process begins, or the next step of a generator. @returns how long the last one took. */
  noteBegin(): number {
    const now = nowMs();
    const tookMs = now - this.begunThereAtMs;
    this.begunThereAtMs = now;
    return tookMs;
  }

  hasBegun({ number }: SentCall): boolean {
    if (this.cells !== undefined) return !this.cells.isSent(number);
    for (const first of this.byNumber.keys()) return first === number;
    return false;
  }

  /** Whether a call has ended, and its answer is on its way. */
  isDone(sent: SentCall): boolean {
    return this.cells !== undefined && this.hasBegun(sent) && !this.cells.isRunning(sent.number);
  }

  /** How many milliseconds a call has left of its time, which begins when it begins. */
  remainingMs(sent: SentCall, timeoutMs: number): number {
    const begunAtMs = this.cells?.begunAtMs ?? this.begunThereAtMs;
    return this.hasBegun(sent) ? begunAtMs + timeoutMs - nowMs() : timeoutMs;
  }

  /** Takes a call back from a thread. False if it has begun, or is with a process. */
  takeBack(sent: SentCall): boolean {
    return this.cells?.takeBack(sent.number) === true;
  }
}
