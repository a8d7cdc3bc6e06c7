import { filter, take, type Subscriber, type Unsubscribable } from 'rxjs';
import { nowMs } from '../../../../../platform/time/nowMs.ts';
import type { ParallelError } from '../../../../../tasks/errors/errors.ts';
import { TaskCloneError, WorkerCrashError } from '../../../../../tasks/errors/errors.ts';
import { messageOf } from '../../../../../util/messageOf.ts';
import { jobAt, jobAtOpen, outerGate$ } from '../../../../../util/rx/jobGate.ts';
import type { Job, Settlements } from '../../../../pool.ts';
import { detailsOf, itemError, nameOf } from '../../../../shared/itemErrors.ts';
import { YIELD_WINDOW, type ChunkReport, type SettledMessage } from '../../protocol/messages.ts';
import { fromWireError } from '../../protocol/wireError.ts';
import type { Exchange } from '../Exchange.ts';
import { companyOf } from './companyOf.ts';
import type { JobPlace } from './JobPlace.ts';
import { LossPolicy } from './LossPolicy.ts';
import type { PendingRun } from './Pending.ts';
import { sealChunk } from './sealChunk.ts';
import { SentChunk } from './SentChunk.ts';
import { submit } from './submit.ts';

/**
 * The bytes of results that count as a millisecond of sending. They cost this thread about as much as items that it sends, and
 * bound the results that are in memory at once.
 */
const BYTES_PER_MS = 1_000_000;

/**
 * Runs one job as one chunk after another. The unsettled items of a lost chunk are sent again, as a chunk with another name.
 * So each item settles exactly once.
 */
export class ChunkRun implements PendingRun, Unsubscribable {
  chunk: SentChunk | undefined;
  waitingSinceMs = Infinity;
  vanished = 0;
  private readonly exchange: Exchange;
  private readonly job: Job<unknown>;
  private readonly subscriber: Subscriber<Settlements<unknown>>;
  private readonly place: JobPlace;
  private readonly losses = new LossPolicy();
  /** The position of the first item that has not settled. */
  private position = 0;
  /** Whether that item has yielded: then it never runs again. */
  private yielded = false;
  private isOver = false;
  private tookMs = 0;
  private sentMs = 0;

  constructor(exchange: Exchange, job: Job<unknown>, subscriber: Subscriber<Settlements<unknown>>, place: JobPlace) {
    this.exchange = exchange;
    this.job = job;
    this.subscriber = subscriber;
    this.place = place;
  }

  get suspicion(): number {
    return this.losses.suspicion;
  }

  /** Waits at the gate, and sends the first chunk. */
  begin(): void {
    const { job, subscriber } = this;
    // The `placed` of the job is called later, when a worker of a machine has the chunk.
    if (jobAt(job.gate$)?.admits() === false) return;
    const sendAll = (): void => void this.send(job.items.length);
    if (jobAtOpen(job.gate$) !== undefined) sendAll();
    else subscriber.add(outerGate$(job.gate$).pipe(take(1)).subscribe({ next: sendAll, error: this.fail }));
  }

  /** Cancels the job. */
  unsubscribe(): void {
    if (!this.isOver) this.end();
  }

  readonly fail = (error: unknown): void => {
    if (this.isOver) return;
    this.end();
    this.subscriber.error(error);
  };

  receive(report: ChunkReport, bytes: number): void {
    const { chunk } = this;
    if (chunk === undefined) return;
    const kind = chunk.classify(report);
    if (kind === 'foreign') this.lost('its chunk was delivered twice, or a message is missing', true);
    if (kind !== 'next') return;
    this.waitingSinceMs = this.exchange.clock.now();
    this.vanished = 0;
    switch (report.kind) {
      case 'start':
        return;
      case 'placed':
        jobAt(this.job.gate$)?.placed();
        return;
      case 'settled':
        this.sentMs += bytes / BYTES_PER_MS;
        this.settle(chunk, report);
        return;
      case 'fail':
        this.fail(fromWireError(report.error));
        return;
      case 'done':
        this.done(chunk, report.tookMs);
    }
  }

  check(by: string, last: number, credit: number): void {
    const { chunk } = this;
    if (chunk === undefined) return;
    if (!chunk.hasAllOf(by, last)) this.lost('some of its results are missing', true);
    else if (credit < chunk.credit) this.sendCredit(chunk);
  }

  lost(why: string, isBlamed: boolean): void {
    const { chunk, job } = this;
    if (this.isOver || chunk === undefined) return;
    const blamed = isBlamed && chunk.by !== undefined;
    const company = blamed ? companyOf(this, chunk, this.exchange.pending) : -1;
    this.drop();
    const fails = this.losses.lose(blamed, chunk.end - this.position, company);
    if (this.yielded || fails) {
      const before = `a machine was lost while it ran ${nameOf(job)}`;
      const details = detailsOf(job, this.position);
      this.failItem(itemError(WorkerCrashError, { before, preposition: 'on', after: `: ${why}` }, details));
    } else jobAt(job.gate$)?.displaced?.();
    this.next();
  }

  vanish(): void {
    this.vanished += 1;
    this.lost('its chunk is no longer in the queue', true);
  }

  /** Sends the next items, or completes the job. */
  private next(): void {
    if (this.isOver) return;
    if (this.position < this.job.items.length) {
      void this.send(this.job.items.length - this.position);
      return;
    }
    const { position, tookMs, sentMs } = this;
    this.end();
    this.subscriber.next({ from: position, values: [], tookMs, sentMs });
    this.subscriber.complete();
  }

  /** Sends a chunk. @param max - The maximum number of its items. */
  private async send(max: number): Promise<void> {
    // Items that cannot be sent fail at once: without a turn for each, a long row of them would fill the stack.
    await Promise.resolve();
    if (this.isOver) return;
    if (!this.losses.needsSolitude) this.trySubmit(max);
    else
      this.exchange.suspects.enter(this, () => {
        this.trySubmit(max);
      });
  }

  private trySubmit(max: number): void {
    try {
      this.exchange.lifecycle.check();
      this.submit(this.argsHash(), Math.min(max, this.losses.maxItems));
    } catch (error) {
      this.fail(error);
    }
  }

  private argsHash(): string | undefined {
    const { exchange, job } = this;
    try {
      return exchange.args.hashOf(job.args);
    } catch (cause) {
      const message = `the args of ${nameOf(job)} cannot be sent to another machine: ${messageOf(cause)}`;
      throw new TaskCloneError(message, { cause });
    }
  }

  private submit(args: string | undefined, max: number): void {
    const { exchange, job, position } = this;
    const { pending, clock, inbox } = exchange;
    const startedAtMs = nowMs();
    const items = max === job.items.length ? job.items : job.items.slice(position, position + max);
    const id = pending.newId(inbox.name);
    const sealed = sealChunk(job, position, items, id, args, exchange);
    if ('failed' in sealed) {
      this.failItem(sealed.failed);
      this.next();
      return;
    }
    if ('fewer' in sealed) {
      this.submit(args, sealed.fewer);
      return;
    }
    const chunk = new SentChunk(id, position, position + items.length, clock.now());
    this.chunk = chunk;
    this.yielded = false;
    this.waitingSinceMs = Math.min(this.waitingSinceMs, chunk.submittedAtMs);
    pending.add(id, this);
    submit(chunk, sealed.bytes, job, exchange, this);
    this.sentMs += nowMs() - startedAtMs;
  }

  private settle(chunk: SentChunk, { from, values, errors, yields }: SettledMessage): void {
    const { job } = this;
    const at = chunk.base + from;
    if (at !== this.position) {
      this.lost('its results are not in order', true);
      return;
    }
    this.losses.progress();
    this.exchange.suspects.leave(this);
    this.position = at + values.length + (yields?.ended === true ? 1 : 0);
    this.yielded = yields?.ended === false;
    this.emit({
      from: at,
      values,
      ...(errors === undefined
        ? {}
        : { errors: errors.map(([nth, sent]) => [nth, fromWireError(sent, detailsOf(job, at + nth))] as const) }),
      ...(yields === undefined ? {} : { yields }),
    });
    if (this.yielded && !this.isOver) this.askForMore(chunk);
  }

  /** Lets the machine send one more message of yields, as soon as the job flows. */
  private askForMore(chunk: SentChunk): void {
    chunk.yields += 1;
    const credit = chunk.yields + YIELD_WINDOW;
    this.subscriber.add(
      this.job.flowing$.pipe(filter(Boolean), take(1)).subscribe({
        next: () => {
          if (this.chunk !== chunk || credit <= chunk.credit) return;
          chunk.credit = credit;
          this.sendCredit(chunk);
        },
        error: this.fail,
      }),
    );
  }

  private sendCredit({ id, by, credit }: SentChunk): void {
    if (by !== undefined) this.exchange.control.tell(by, { kind: 'credit', id, total: credit });
  }

  private done(chunk: SentChunk, tookMs: number): void {
    if (this.position < chunk.end) {
      this.lost('its chunk has ended before all items have settled', true);
      return;
    }
    const { pending, hop, clock } = this.exchange;
    this.tookMs += tookMs;
    this.losses.done();
    hop.observe(clock.now() - chunk.submittedAtMs - tookMs);
    pending.delete(chunk.id);
    this.chunk = undefined;
    this.next();
  }

  private failItem(error: ParallelError): void {
    const from = this.position;
    this.position += 1;
    this.yielded = false;
    this.emit({ from, values: [undefined], errors: [[0, error]] });
  }

  private emit(settlements: Settlements<unknown>): void {
    this.place.count(settlements);
    this.subscriber.next(settlements);
  }

  /** Stops a chunk. If a machine takes it meanwhile, the first message of that machine is answered with `stop`. */
  private drop(): void {
    const { chunk } = this;
    if (chunk === undefined) return;
    const { pending, control, link, suspects } = this.exchange;
    this.chunk = undefined;
    suspects.leave(this);
    pending.delete(chunk.id);
    if (chunk.by !== undefined) control.tell(chunk.by, { kind: 'stop', id: chunk.id });
    link.withdraw(chunk.id, chunk.bytes).catch(() => undefined);
  }

  private end(): void {
    this.isOver = true;
    this.drop();
    this.exchange.suspects.leave(this);
    this.place.leave();
  }
}
