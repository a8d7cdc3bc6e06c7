import { nowMs } from '../platform/nowMs.ts';
import { clearTimeout, setTimeout } from '../platform/timers.ts';
import type { CodedError } from '../tasks/CodedError.ts';
import { transferListOf } from '../tasks/transfer.ts';
import type { BatchReply, SentError, WorkerEvent } from './protocol.ts';

/** The way to the other side. Throws where something cannot be sent. */
export interface Wire {
  readonly emit: (event: WorkerEvent, transfers: readonly Transferable[]) => void;
}

/** Results of a batch that wait to be sent together. */
export class Outbox {
  private readonly wire: Wire;
  private readonly encode: (thrown: unknown) => CodedError;
  private from = 0;
  private values: unknown[] = [];
  private errors: SentError[] = [];
  private yields: unknown[] | undefined;
  private ended = false;
  /** Why a yield could not be sent, until {@link failYield} says so. */
  private broken: { readonly at: number; readonly error: unknown } | undefined;
  private flushedAtMs = nowMs();
  private timer: NodeJS.Timeout | undefined;

  constructor(wire: Wire, encode: (thrown: unknown) => CodedError) {
    this.wire = wire;
    this.encode = encode;
  }

  add(at: number, value: unknown): void {
    if (this.values.length === 0) this.from = at;
    this.values.push(value);
  }

  fail(at: number, thrown: unknown): void {
    if (this.yields !== undefined) this.sendAll();
    // Then the item has failed already.
    if (this.broken !== undefined) return;
    this.errors.push({ at: this.values.length, kind: 'task', thrown: this.encode(thrown) });
    this.add(at, undefined);
  }

  addYield(at: number, value: unknown): void {
    if (this.values.length === 0) this.from = at;
    this.yields ??= [];
    this.yields.push(value);
  }

  endYields(at: number): void {
    if (this.values.length === 0) this.from = at;
    this.yields ??= [];
    this.ended = true;
  }

  /** Whether nothing has been sent for so many milliseconds. */
  dueAfter(ms: number): boolean {
    return nowMs() - this.flushedAtMs >= ms;
  }

  /** Sends what waits, in so many milliseconds, if it is not sent before. */
  flushIn(ms: number): void {
    if (this.values.length === 0 && this.yields === undefined) return;
    this.timer ??= setTimeout(() => {
      this.sendAll();
    }, ms);
  }

  /**
   * Sends what waits; of items from the position `before` on nothing. False if a yield could not be sent: then its item
   * fails, as soon as {@link failYield} is called.
   */
  flush(before = Infinity): boolean {
    this.sendAll(before);
    return this.broken === undefined;
  }

  /** Settles the item of which a yield could not be sent. */
  failYield(): void {
    const { broken } = this;
    this.broken = undefined;
    if (broken !== undefined) this.sendCloneError(broken.at, broken.error);
  }

  /** Sends what waits, and with it, if it can be sent together, how the call ends, which saves the wait for its answer. */
  end(reply: BatchReply): void {
    this.sendAll(Infinity, reply);
  }

  private sendAll(before = Infinity, reply?: BatchReply): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.flushedAtMs = nowMs();
    const values = this.values.slice(0, Math.max(0, before - this.from));
    const { from, yields, ended } = this;
    const errors = this.errors.filter(({ at }) => at < values.length);
    this.values = [];
    this.errors = [];
    this.yields = undefined;
    this.ended = false;
    if (values.length > 0) this.sendValues(from, values, errors, yields === undefined ? reply : undefined);
    if (yields !== undefined && this.broken === undefined) this.sendYields(from + values.length, yields, ended);
  }

  private sendValues(
    from: number,
    values: readonly unknown[],
    errors: readonly SentError[],
    reply: BatchReply | undefined,
  ): void {
    try {
      this.send(
        {
          kind: 'settled',
          from,
          values,
          ...(errors.length > 0 ? { errors } : {}),
          ...(reply === undefined ? {} : { reply }),
        },
        values,
      );
    } catch (error) {
      if (values.length === 1) this.sendCloneError(from, error);
      else
        for (const [at, value] of values.entries()) {
          const own = errors.filter((failed) => failed.at === at).map((failed) => ({ ...failed, at: 0 }));
          this.sendValues(from + at, [value], own, undefined);
        }
    }
  }

  private sendYields(at: number, values: readonly unknown[], ended: boolean): void {
    try {
      this.send({ kind: 'settled', from: at, values: [], yields: { values, ended } }, values);
    } catch (error) {
      if (values.length <= 1) this.broken = { at, error };
      else
        for (const [n, value] of values.entries())
          if (this.broken === undefined) this.sendYields(at, [value], ended && n === values.length - 1);
    }
  }

  private sendCloneError(from: number, error: unknown): void {
    const errors = [{ at: 0, kind: 'clone', thrown: this.encode(error) }] as const;
    this.wire.emit({ kind: 'settled', from, values: [undefined], errors }, []);
  }

  private send(event: WorkerEvent, values: readonly unknown[]): void {
    const transfers: Transferable[] = [];
    for (const value of values) {
      const list = typeof value === 'object' && value !== null ? transferListOf(value) : undefined;
      if (list !== undefined) transfers.push(...list);
    }
    this.wire.emit(event, transfers);
  }
}
