import { exhaustMap, Subject, type Observable } from 'rxjs';
import { TaskError, type ParallelError } from '../../tasks/errors/errors.ts';
import { Fifo } from '../../util/collections/Fifo.ts';
import { messageOf } from '../../util/messageOf.ts';
import type { Chunking } from './chunking.ts';
import { openSource, type Source, type Items } from '../source/openSource.ts';
import { Partitions } from './Partitions.ts';
import type { Plan } from '../Plan.ts';
import { Waiting } from './Waiting.ts';

/** Consecutive items for one job. */
export interface Chunk<In> {
  /** The index of the first. */
  readonly first: number;
  readonly items: readonly In[];
  /** Which try this is, from 1. */
  readonly attempt: number;
  /** How many of the tries before have ended with the death of the worker. */
  readonly crashes: number;
  /** What the one item has failed with, and is not to be run for. */
  readonly failed?: ParallelError;
  /** To be called when the items have settled: the next item of the key may go. */
  readonly releaseKey?: () => void;
}

/** How many items may be inside where nobody says so: at least these, and enough for each worker to go on. */
const MIN_WINDOW = 64;
const CHUNKS_PER_WORKER = 8;

/**
 * Cuts chunks, as there are free workers, waiting items, and room for results. The demand is `workers` credits, one taken
 * by each chunk. A run that completes synchronously gives its credit back while {@link Scheduler.next} goes on, which then
 * cuts the next: no stack grows.
 */
export class Scheduler<In> {
  readonly source: Source<In>;
  /** Emits each chunk that is cut: when {@link poke} is called, or something comes back. Completes when nothing runs or fails that is left. */
  readonly chunk$: Observable<Chunk<In>>;
  /** The chunks that wait for a worker. */
  readonly waiting = new Waiting();
  private readonly poked$ = new Subject<void>();
  private readonly freed$ = new Subject<void>();
  private readonly plan: Plan<In>;
  private readonly chunks: Chunking;
  private readonly partitions = new Partitions<Chunk<In>>();
  private credits: number;
  /** Runs that have not completed. */
  private running = 0;
  private taken = 0;
  private inside = 0;
  /** Items that have failed, and are yet to be tried again. */
  private failing = 0;
  private readonly retryQueue = new Fifo<Chunk<In>>();
  private readonly failedQueue = new Fifo<Chunk<In>>();
  /** The index from which on nothing is cut any more. */
  private stoppedAt = Infinity;

  constructor(items: Items<In>, plan: Plan<In>, chunks: Chunking) {
    this.plan = plan;
    this.chunks = chunks;
    this.credits = plan.workers;
    this.chunk$ = this.poked$.pipe(exhaustMap(() => this.next()));
    this.source = openSource(items, {
      hasCapacity: () => this.hasRoom(),
      freed$: this.freed$,
      checkArrival: plan.overflow === 'error' ? this.checkArrival : undefined,
    });
  }

  /** There may be something to cut. */
  readonly poke = (): void => {
    this.poked$.next();
  };

  /** Gives back the credit of a run that has completed. */
  readonly free = (): void => {
    this.credits += 1;
    this.running -= 1;
    this.poked$.next();
  };

  /** Gives back the room of items that have been emitted. */
  readonly release = (items: number): void => {
    this.inside -= items;
    if (this.credits > 0) this.poked$.next();
    this.freed$.next();
  };

  /** An item has failed, and will come back by {@link requeue}. */
  fails(): void {
    this.failing += 1;
  }

  /** Takes back an item that has failed: to be run when a worker is free, before all others, or to fail for good now. */
  readonly requeue = (chunk: Chunk<In>): void => {
    this.failing -= 1;
    if (chunk.failed === undefined) {
      this.retryQueue.push(chunk);
      this.waiting.hold(chunk.first);
    } else this.failedQueue.push(chunk);
    this.poked$.next();
  };

  /** Takes no more, and cuts nothing from an index on. */
  stop(before = 0): void {
    this.stoppedAt = Math.min(this.stoppedAt, before);
  }

  /** The index from which on nothing may begin. */
  get endsBefore(): number {
    return this.stoppedAt;
  }

  /** Cuts all chunks that can be cut now. A call of {@link poke} meanwhile is seen by it, and needs no other call. */
  private *next(): Generator<Chunk<In>> {
    let chunk = this.nextChunk();
    do {
      for (; chunk !== undefined; chunk = this.nextChunk()) {
        if (chunk.failed === undefined) {
          this.credits -= 1;
          this.running += 1;
        }
        yield chunk;
      }
      if (this.retryQueue.length === 0 && !this.partitions.isReady) this.waiting.holdNone();
      this.waiting.publish();
      this.freed$.next();
      // A subscriber of `freed$` may have made room, so check again.
      chunk = this.nextChunk();
    } while (chunk !== undefined);
    if (this.isDone()) this.poked$.complete();
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
    const size = this.sizeOfNext();
    const items = size === 0 ? [] : this.source.take(size);
    if (items.length === 0) return undefined;
    const first = this.taken;
    this.taken += items.length;
    this.inside += items.length;
    return { first, items, attempt: 1, crashes: 0 };
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

  /** Whether one more item may be read ahead. */
  private hasRoom(): boolean {
    const waiting = this.source.waiting ?? 0;
    return waiting < 2 * this.plan.workers * this.chunks.limit && this.hasWindow();
  }

  /** Whether there is room in the window for one more item to be taken, or to wait. */
  private hasWindow(): boolean {
    return (this.source.waiting ?? 0) + this.inside < this.window();
  }

  /** Throws where nothing may come, but has. */
  private readonly checkArrival = (): void => {
    if (this.hasWindow()) return;
    throw new RangeError(
      `the source has emitted while all of bufferSize, ${String(this.window())}, was taken: set overflow to "buffer", or ` +
        'give parallel$ an iterable or an async iterable, which is pulled',
    );
  };

  /** Most items taken and not yet emitted. */
  private window(): number {
    const { bufferSize, ordered, partitionBy, workers } = this.plan;
    if (bufferSize !== undefined) return bufferSize;
    const enough = Math.max(MIN_WINDOW, CHUNKS_PER_WORKER * workers * this.chunks.limit);
    return (ordered || partitionBy !== undefined) && !this.source.isPulled ? Infinity : enough;
  }

  /** Most items of the next chunk; 0 for none. One of a known rest leaves work for the other workers, if that is worth it. */
  private sizeOfNext(): number {
    if (this.credits === 0 || this.stoppedAt < Infinity) return 0;
    const { limit, min } = this.chunks;
    const { waiting } = this.source;
    const share = waiting === undefined ? limit : Math.ceil(waiting / (2 * this.plan.workers));
    // The window shrinks with the chunks, and may be smaller than what is inside.
    return Math.max(0, Math.min(limit, Math.max(min, share), this.window() - this.inside));
  }
}

function keyless(index: number, item: unknown, cause: unknown): TaskError {
  const message = `partitionBy failed on item ${String(index)}: ${messageOf(cause)}`;
  return new TaskError(message, { index, item, attempts: 1, cause });
}
