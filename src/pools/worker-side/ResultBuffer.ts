import { nowMs } from '../../platform/time/nowMs.ts';
import { clearTimeout, setTimeout, type Timer } from '../../platform/time/timers.ts';
import { isAnyArrayBuffer } from '../../platform/types.ts';
import type { CodedError } from '../../tasks/errors/CodedError.ts';
import { clonesToNothing, explainClone } from '../../tasks/explainClone.ts';
import { transferListOf } from '../../tasks/transfer.ts';
import type { BatchReply, SentError, WorkerEvent } from '../wire/messages.ts';

/** The way to the other side. Throws where something cannot be sent. */
export interface Wire {
  readonly emit: (event: WorkerEvent, transfers: readonly Transferable[]) => void;
}

/** Bytes of results that are sent at once, and do not wait for more: a message of many is copied and read in one go. */
const FULL_BYTES = 16_000_000;

/** Results of a batch that wait to be sent together. */
export class ResultBuffer {
  private readonly wire: Wire;
  private readonly encode: (thrown: unknown) => CodedError;
  private from = 0;
  private values: unknown[] = [];
  private errors: SentError[] = [];
  private yields: unknown[] | undefined;
  /** How many bytes wait, of those that can be told without a look into objects. */
  private bytes = 0;
  private ended = false;
  /** Why a yield could not be sent, until {@link failYield} says so. */
  private broken: { readonly at: number; readonly error: unknown } | undefined;
  private flushedAtMs = nowMs();
  private timer: Timer | undefined;

  constructor(wire: Wire, encode: (thrown: unknown) => CodedError) {
    this.wire = wire;
    this.encode = encode;
  }

  add(at: number, value: unknown): void {
    if (this.values.length === 0) this.from = at;
    this.values[this.values.length] = value;
    this.bytes += bytesOf(value);
  }

  fail(at: number, thrown: unknown): void {
    if (this.yields !== undefined) this.sendAll();
    // Then the item has failed already.
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

  /** Whether what waits is large enough to be sent at once. */
  get full(): boolean {
    return this.bytes >= FULL_BYTES;
  }

  /** Whether nothing has been sent for so many milliseconds. */
  isDueAfter(ms: number): boolean {
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
    const { from, yields, ended } = this;
    const left = before - from;
    const values = left >= this.values.length ? this.values : firstOf(this.values, left);
    const errors = values === this.values ? this.errors : errorsBefore(this.errors, left);
    this.values = [];
    this.errors = [];
    this.yields = undefined;
    this.bytes = 0;
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
      if (values.length === 1) this.sendCloneError(from, explainClone(values[0], error, 'returned'));
      else
        for (let at = 0; at < values.length; at += 1)
          this.sendValues(from + at, [values[at]], errorsAt(errors, at), undefined);
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

  private send(event: WorkerEvent, values: readonly unknown[]): void {
    const transfers: Transferable[] = [];
    for (let at = 0; at < values.length; at += 1) {
      const value = values[at];
      if (typeof value !== 'object' || value === null) continue;
      const list = transferListOf(value);
      if (list === undefined && clonesToNothing(value)) throw new TypeError('nothing of it could be cloned');
      for (let n = 0; n < (list?.length ?? 0); n += 1) transfers[transfers.length] = list?.[n] as Transferable;
    }
    this.wire.emit(event, transfers);
  }
}

const isView: (value: unknown) => value is ArrayBufferView = ArrayBuffer.isView.bind(ArrayBuffer);

/** A view goes with the whole of its buffer. */
function bytesOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  if (isView(value)) return value.buffer.byteLength;
  return isAnyArrayBuffer(value) ? value.byteLength : 0;
}

// Loops, and no methods of arrays: a task may have replaced those, and its results are to arrive all the same.

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
