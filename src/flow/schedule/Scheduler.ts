import { exhaustMap, ignoreElements, merge, Subject, tap, type Observable } from 'rxjs';
import type { RunInContext } from '../../platform/asyncContext.ts';
import type { Settlements } from '../../pools/pool.ts';
import { TaskError } from '../../tasks/errors/errors.ts';
import { Fifo } from '../../util/collections/Fifo.ts';
import { messageOf } from '../../util/messageOf.ts';
import type { Plan } from '../Plan.ts';
import type { Items } from '../source/Items.ts';
import type { Source } from '../source/Source.ts';
import type { Chunk } from './Chunk.ts';
import type { Chunking } from './chunking.ts';
import { ChunkReader } from './ChunkReader.ts';
import { Partitions } from './Partitions.ts';
import { Retries } from './Retries.ts';
import { Waiting } from './Waiting.ts';

/**
 * Cuts chunks, as there are free workers, waiting items, and room for results. The demand is `workers` credits, one taken
 * by each chunk, and given back when its run has settled. A run that settles while {@link Scheduler.next} goes on is seen by
 * it, which then cuts the next: no stack grows.
 */
export class Scheduler<In> {
  /**
   * Emits each chunk that is cut: when {@link poke} is called, or an item is to be tried again. Completes when nothing runs
   * or fails that is left.
   */
  readonly chunk$: Observable<Chunk<In>>;
  /** Emits items that have failed for good, and are not run: they need no worker. Completes with {@link chunk$}. */
  readonly failed$: Observable<Chunk<In>>;
  /** Whether any item may be tried again, by {@link retry}. */
  readonly retries: boolean;
  /** The chunks that wait for a worker. */
  readonly waiting = new Waiting();
  private readonly poked$ = new Subject<void>();
  private readonly freed$ = new Subject<void>();
  private readonly failing$ = new Subject<Chunk<In>>();
  private readonly plan: Plan<In>;
  private readonly reader: ChunkReader<In>;
  private readonly retrying: Retries<In>;
  private readonly partitions = new Partitions<Chunk<In>>();
  private readonly retryQueue = new Fifo<Chunk<In>>();
  private readonly failedQueue = new Fifo<Chunk<In>>();
  private credits: number;
  /** Runs that have not settled. */
  private running = 0;
  /** Items that have failed, and are yet to be tried again. */
  private failing = 0;
  /** The index from which on nothing is cut any more. */
  private stoppedAt = Infinity;

  /** @param runInContext - Enters the async context of the run. */
  constructor(items: Items<In>, plan: Plan<In>, chunks: Chunking, runInContext?: RunInContext) {
    this.plan = plan;
    this.credits = plan.workers;
    this.retrying = new Retries(plan, () => (this.failing += 1), runInContext);
    this.retries = this.retrying.possible;
    this.failed$ = this.failing$;
    this.chunk$ = merge(
      this.retrying.retry$.pipe(
        tap((chunk) => {
          this.requeue(chunk);
        }),
        ignoreElements(),
      ),
      this.poked$.pipe(exhaustMap(() => this.next())),
    );
    this.reader = new ChunkReader(items, plan, chunks, this.freed$);
  }

  get source(): Source<In> {
    return this.reader.source;
  }

  /** The index from which on nothing may begin. */
  get endsBefore(): number {
    return this.stoppedAt;
  }

  /** There may be something to cut. */
  readonly poke = (): void => {
    this.poked$.next();
  };

  /** Gives back the credit of a run that has settled. Is to be followed by a {@link poke}, when the next run may begin. */
  settled(): void {
    this.credits += 1;
    this.running -= 1;
  }

  /** Gives back the room of items that have been emitted. */
  readonly delivered = (items: number): void => {
    this.reader.free(items);
    if (this.credits > 0) this.poked$.next();
    this.freed$.next();
  };

  /** Takes from a message of a run the items that are tried again, and gives the rest of it, as {@link Retries.take} does. */
  retry<Out>(
    message: Settlements<Out>,
    chunk: Chunk<In>,
    yielded: number | undefined,
    workerFree$: Observable<unknown>,
  ): readonly Settlements<Out>[] {
    return this.retrying.take(message, chunk, yielded, workerFree$);
  }

  /** Takes no more, and cuts nothing from an index on. */
  stop(before = 0): void {
    this.stoppedAt = Math.min(this.stoppedAt, before);
  }

  /** Takes back an item that has failed: to be run when a worker is free, before all others, or to fail for good now. */
  private requeue(chunk: Chunk<In>): void {
    this.failing -= 1;
    if (chunk.failed === undefined) {
      this.retryQueue.push(chunk);
      this.waiting.hold(chunk.first);
    } else this.failedQueue.push(chunk);
    this.poked$.next();
  }

  /** Cuts all chunks that can be cut now. A call of {@link poke} meanwhile is seen by it, and needs no other call. */
  private *next(): Generator<Chunk<In>> {
    let chunk = this.nextChunk();
    do {
      for (; chunk !== undefined; chunk = this.nextChunk()) {
        if (chunk.failed === undefined) {
          this.credits -= 1;
          this.running += 1;
          yield chunk;
        } else this.failing$.next(chunk);
      }
      if (this.retryQueue.length === 0 && !this.partitions.isReady) this.waiting.holdNone();
      this.waiting.publish();
      this.freed$.next();
      // A subscriber of `freed$` may have made room, so check again.
      chunk = this.nextChunk();
    } while (chunk !== undefined);
    if (!this.isDone()) return;
    this.poked$.complete();
    this.failing$.complete();
    this.retrying.end();
  }

  /** Whether there is nothing to cut, and nothing running that could fail and come again. */
  private isDone(): boolean {
    if (this.running > 0 || this.failing > 0 || this.partitions.size > 0) return false;
    return this.stoppedAt < Infinity || this.source.isDone;
  }

  private nextChunk(): Chunk<In> | undefined {
    const { partitionBy } = this.plan;
    return (
      this.nextFailed() ??
      this.nextRetry() ??
      (partitionBy === undefined ? this.takeNext() : this.nextOfKeys(partitionBy))
    );
  }

  /** The next item that has failed for good. */
  private nextFailed(): Chunk<In> | undefined {
    return this.failedQueue.length === 0 ? undefined : this.failedQueue.take(1)[0];
  }

  /** The next item that has failed, and may run again. */
  private nextRetry(): Chunk<In> | undefined {
    while (this.credits > 0 && this.retryQueue.length > 0)
      for (const chunk of this.retryQueue.take(1)) if (chunk.first < this.stoppedAt) return chunk;
    return undefined;
  }

  /** The next items of the source. */
  private takeNext(): Chunk<In> | undefined {
    return this.credits === 0 || this.stoppedAt < Infinity ? undefined : this.reader.take();
  }

  /** The next chunk: one that was held and may go now, or one of the source that need not be held. */
  private nextOfKeys(partitionBy: (item: In) => unknown): Chunk<In> | undefined {
    if (this.credits === 0) return undefined;
    let next = this.partitions.next();
    while (next !== undefined && next.first >= this.stoppedAt) next = this.partitions.next();
    while (next === undefined) {
      const taken = this.takeNext();
      if (taken === undefined) return undefined;
      next = this.enter(taken, partitionBy);
    }
    return next;
  }

  private enter(chunk: Chunk<In>, partitionBy: (item: In) => unknown): Chunk<In> | undefined {
    let key: unknown;
    try {
      key = partitionBy(chunk.items[0] as In);
    } catch (cause) {
      return { ...chunk, failed: keyless(chunk.first, chunk.items[0], cause) };
    }
    const releaseKey = (): void => {
      const next = this.partitions.releaseKey(key);
      if (next !== undefined) this.waiting.hold(next.first);
    };
    return this.partitions.enter(key, { ...chunk, releaseKey });
  }
}

function keyless(index: number, item: unknown, cause: unknown): TaskError {
  const message = `partitionBy failed on item ${String(index)}: ${messageOf(cause)}`;
  return new TaskError(message, { index, item, attempts: 1, cause });
}
