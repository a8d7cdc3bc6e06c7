import { nowMs } from '../../platform/time/nowMs.ts';
import { clearTimeout, setTimeout, type Timer } from '../../platform/time/timers.ts';
import { isAnyArrayBuffer } from '../../platform/types.ts';
import type { CodedError } from '../../tasks/errors/CodedError.ts';
import { clonesToNothing, explainClone } from '../../tasks/explainClone.ts';
import { transferListOf } from '../../tasks/transfer.ts';
import type { BatchReply, SentError, WorkerEvent } from '../wire/messages.ts';
import { toColumn, type NumberColumn } from '../wire/toColumn.ts';

/** The connection to the pool. `emit` throws if an event cannot be sent. */
export interface Wire {
  readonly emit: (event: WorkerEvent, transfers: readonly Transferable[]) => void;
}

/** Results with this many bytes are sent at once, since a larger message would block the thread of the pool for long. */
const FULL_BYTES = 16_000_000;

/** Collects results of a batch, to send them together. */
export class ResultBuffer {
  private readonly wire: Wire;
  private readonly encode: (thrown: unknown) => CodedError;
  private from = 0;
  private values: unknown[] = [];
  private errors: SentError[] = [];
  private yields: unknown[] | undefined;
  /** The bytes of the buffered results, as far as they are known without reading the properties of objects. */
  private bytes = 0;
  private ended = false;
  /** The error of a yield that could not be sent, until {@link failYield} sends it. */
  private broken: { readonly at: number; readonly error: unknown } | undefined;
  private flushedAtMs = nowMs();
  private timer: Timer | undefined;

  constructor(wire: Wire, encode: (thrown: unknown) => CodedError) {
    this.wire = wire;
    this.encode = encode;
  }

  /** Counts the time in which nothing is sent from now on. */
  begin(): void {
    this.flushedAtMs = nowMs();
  }

  add(at: number, value: unknown): void {
    if (this.values.length === 0) this.from = at;
    this.values[this.values.length] = value;
    this.bytes += bytesOf(value);
  }

  fail(at: number, thrown: unknown): void {
    if (this.yields !== undefined) this.sendAll();
    // A yield that cannot be sent has already failed the item.
    if (this.broken !== undefined) return;
    this.errors[this.errors.length] = { at: this.values.length, kind: 'task', thrown: this.encode(thrown) };
    this.add(at, undefined);
  }

  addYield(at: number, value: unknown): void {
    if (this.values.length === 0) this.from = at;
    this.yields ??= [];
    this.yields[this.yields.length] = value;
    this.bytes += bytesOf(value);
  }

  endYields(at: number): void {
    if (this.values.length === 0) this.from = at;
    this.yields ??= [];
    this.ended = true;
  }

  /** Whether the buffered results are large enough to be sent at once. */
  get full(): boolean {
    return this.bytes >= FULL_BYTES;
  }

  /** Whether nothing has been sent for `ms` milliseconds. */
  isDueAfter(ms: number): boolean {
    return nowMs() - this.flushedAtMs >= ms;
  }

  /** Sends the buffered results after `ms` milliseconds at the latest. */
  flushIn(ms: number): void {
    if (this.values.length === 0 && this.yields === undefined) return;
    this.timer ??= setTimeout(() => {
      this.sendAll();
    }, ms);
  }

  /**
   * Sends the buffered results, and drops those of items from the position `before` on. False if a yield could not be sent:
   * then {@link failYield} fails its item.
   */
  flush(before = Infinity): boolean {
    this.sendAll(before);
    return this.broken === undefined;
  }

  /** Fails the item with a yield that could not be sent. */
  failYield(): void {
    const { broken } = this;
    this.broken = undefined;
    if (broken !== undefined) this.sendCloneError(broken.at, broken.error);
  }

  /** Sends the buffered results, in one message with the reply if possible. @returns whether the reply was sent. */
  end(reply: BatchReply): boolean {
    return this.sendAll(Infinity, reply);
  }

  /** @returns whether the reply was sent. */
  private sendAll(before = Infinity, reply?: BatchReply): boolean {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.flushedAtMs = nowMs();
    const { from, yields, ended } = this;
    const left = before - from;
    const values = left >= this.values.length ? this.values : firstOf(this.values, left);
    const errors = values === this.values ? this.errors : errorsBefore(this.errors, left);
    this.values = [];
    this.errors = [];
    this.yields = undefined;
    this.bytes = 0;
    this.ended = false;
    const hasReplied =
      values.length > 0 && this.sendValues(from, values, errors, yields === undefined ? reply : undefined);
    if (yields !== undefined && this.broken === undefined) this.sendYields(from + values.length, yields, ended);
    return hasReplied;
  }

  private sendValues(
    from: number,
    values: readonly unknown[],
    errors: readonly SentError[],
    reply: BatchReply | undefined,
  ): boolean {
    const column = toColumn(values);
    try {
      this.send(
        {
          kind: 'settled',
          from,
          values: column ?? values,
          ...(errors.length > 0 ? { errors } : {}),
          ...(reply === undefined ? {} : { reply }),
        },
        column ?? values,
      );
      return reply !== undefined;
    } catch (error) {
      if (values.length === 1) this.sendCloneError(from, explainClone(values[0], error, 'returned'));
      else
        for (let at = 0; at < values.length; at += 1)
          this.sendValues(from + at, [values[at]], errorsAt(errors, at), undefined);
      return false;
    }
  }

  private sendYields(at: number, values: readonly unknown[], ended: boolean): void {
    try {
      this.send({ kind: 'settled', from: at, values: [], yields: { values, ended } }, values);
    } catch (error) {
      if (values.length <= 1) this.broken = { at, error: explainClone(values[0], error, 'returned') };
      else
        for (let n = 0; n < values.length && this.broken === undefined; n += 1)
          this.sendYields(at, [values[n]], ended && n === values.length - 1);
    }
  }

  private sendCloneError(from: number, error: unknown): void {
    const errors = [{ at: 0, kind: 'clone', thrown: this.encode(error) }] as const;
    this.wire.emit({ kind: 'settled', from, values: [undefined], errors }, []);
  }

  private send(event: WorkerEvent, values: readonly unknown[] | NumberColumn): void {
    if (isView(values)) {
      this.wire.emit(event, [values.buffer]);
      return;
    }
    const transfers: Transferable[] = [];
    for (let at = 0; at < values.length; at += 1) {
      const value = values[at];
      if (typeof value !== 'object' || value === null) continue;
      const list = transferListOf(value);
      if (list === undefined && clonesToNothing(value)) throw new TypeError('none of its properties can be cloned');
      for (let n = 0; n < (list?.length ?? 0); n += 1) transfers[transfers.length] = list?.[n] as Transferable;
    }
    this.wire.emit(event, transfers);
  }
}

const isView: (value: unknown) => value is ArrayBufferView = ArrayBuffer.isView.bind(ArrayBuffer);

/** The bytes that a value adds to a message. A view is sent with its whole buffer. */
function bytesOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  if (isView(value)) return value.buffer.byteLength;
  return isAnyArrayBuffer(value) ? value.byteLength : 0;
}

// Loops instead of methods of arrays: a task may have replaced those methods, and its results have to arrive all the same.

function firstOf(values: readonly unknown[], count: number): unknown[] {
  const first: unknown[] = [];
  for (let at = 0; at < count; at += 1) first[at] = values[at];
  return first;
}

function errorsBefore(errors: readonly SentError[], end: number): SentError[] {
  const before: SentError[] = [];
  for (let n = 0; n < errors.length; n += 1) {
    const error = errors[n] as SentError;
    if (error.at < end) before[before.length] = error;
  }
  return before;
}

function errorsAt(errors: readonly SentError[], at: number): SentError[] {
  const own: SentError[] = [];
  for (let n = 0; n < errors.length; n += 1) {
    const error = errors[n] as SentError;
    if (error.at === at) own[own.length] = { ...error, at: 0 };
  }
  return own;
}
