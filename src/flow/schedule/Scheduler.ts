import { exhaustMap, ignoreElements, merge, Subject, tap, type Observable } from 'rxjs';
import type { RunInContext } from '../../platform/context/asyncContext.ts';
import type { Settlements } from '../../pools/pool.ts';
import { Fifo } from '../../util/collections/Fifo.ts';
import type { Plan } from '../Plan.ts';
import type { Items } from '../source/Items.ts';
import type { Source } from '../source/Source.ts';
import type { Chunk } from './Chunk.ts';
import type { Chunking } from './chunking.ts';
import { ChunkReader } from './ChunkReader.ts';
import { KeyedReader } from './KeyedReader.ts';
import { Retries } from './Retries.ts';
import { RetryQueue } from './RetryQueue.ts';
import { maySendSeveral } from './retryPolicy.ts';
import { Waiting } from './Waiting.ts';

/**
 * Cuts chunks when there are a free worker, a waiting item, and room for its result. A run has `workers` credits: each
 * chunk takes one, and gives it back when its run has settled. If a run settles while {@link Scheduler.next} goes on, the
 * same call cuts the next chunk, so that the stack does not grow.
 */
export class Scheduler<In> {
  /**
   * Emits each chunk, when {@link poke} is called or an item is to be tried again. Completes when no item is left that
   * could run or fail.
   */
  readonly chunk$: Observable<Chunk<In>>;
  /** Emits items that have finally failed and do not run: they need no worker. Completes with {@link chunk$}. */
  readonly failed$: Observable<Chunk<In>>;
  /** Whether any item may be tried again, by {@link retry}. */
  readonly retries: boolean;
  /** The chunks that wait for a worker. */
  readonly waiting = new Waiting();
  private readonly poked$ = new Subject<void>();
  private readonly freed$ = new Subject<void>();
  private readonly failing$ = new Subject<Chunk<In>>();
  private plan: Plan<In>;
  private readonly reader: ChunkReader<In>;
  private readonly retrying: Retries<In>;
  /** Takes the items where they have keys. */
  readonly keyed: KeyedReader<In> | undefined;
  private readonly retryQueue = new RetryQueue<In>();
  private readonly failedQueue = new Fifo<Chunk<In>>();
  private credits: number;
  /** The number of runs that have not settled. */
  private running = 0;
  /** The number of items that have failed and will be tried again. */
  private failing = 0;
  /** No items from this index on are cut. */
  private stoppedAt = Infinity;

  /** @param runInContext - Enters the async context of the run. */
  constructor(items: Items<In>, plan: Plan<In>, chunks: Chunking, runInContext?: RunInContext) {
    this.plan = plan;
    this.credits = plan.workers;
    this.retrying = new Retries(plan, (count) => (this.failing += count), runInContext);
    this.retries = this.retrying.possible;
    this.failed$ = this.failing$;
    this.chunk$ = merge(
      this.retrying.retry$.pipe(
        tap((chunks) => {
          this.requeue(chunks);
        }),
        ignoreElements(),
      ),
      this.poked$.pipe(exhaustMap(() => this.next())),
    );
    this.reader = new ChunkReader(items, plan, chunks, this.freed$);
    const { partitionBy } = plan;
    if (partitionBy !== undefined)
      this.keyed = new KeyedReader(
        this.reader,
        { partitionBy, severalPerKey: maySendSeveral(plan) },
        (chunk) => {
          this.failedQueue.push(chunk);
        },
        (index) => {
          this.waiting.hold(index);
        },
      );
  }

  get source(): Source<In> {
    return this.reader.source;
  }

  /** No item from this index on may begin. */
  get endsBefore(): number {
    return this.stoppedAt;
  }

  /** Checks whether a chunk can be cut. */
  readonly poke = (): void => {
    this.poked$.next();
  };

  /** An item has arrived. Without a credit, no chunk can be cut. */
  readonly arrived = (): void => {
    if (this.credits > 0) this.poked$.next();
  };

  /** Changes how many jobs may run at once. Those that are too many by then go on. */
  resize(workers: number): void {
    this.credits += workers - this.plan.workers;
    this.plan = { ...this.plan, workers };
    this.reader.resize(workers);
    this.poke();
  }

  /** Gives back the credit of a run that has settled. Call {@link poke} afterwards, when the next run may begin. */
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

  /**
   * Takes from a message of a run the items that are tried again, and gives the rest of it, as {@link Retries.take} does.
   */
  retry<Out>(
    message: Settlements<Out>,
    chunk: Chunk<In>,
    yielded: number | undefined,
    workerFree$: Observable<unknown>,
  ): readonly Settlements<Out>[] {
    return this.retrying.take(message, chunk, yielded, workerFree$);
  }

  /** Takes no more items, and cuts none from an index on. */
  stop(before = 0): void {
    this.stoppedAt = Math.min(this.stoppedAt, before);
  }

  /** Takes back failed items, which run again before all others when a worker is free, or finally fail now. */
  private requeue(chunks: readonly Chunk<In>[]): void {
    this.failing -= chunks.length;
    for (const chunk of chunks)
      if (chunk.failed === undefined) {
        this.retryQueue.push(chunk);
        this.waiting.hold(chunk.first);
      } else this.failedQueue.push(chunk);
    this.poked$.next();
  }

  /** Cuts all chunks that can be cut now. It also serves calls of {@link poke} that come meanwhile. */
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
      if (this.retryQueue.length === 0 && this.keyed?.isReady !== true) this.waiting.holdNone();
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

  /** Whether there is no item to cut, and no running item that could fail and be tried again. */
  private isDone(): boolean {
    if (this.running > 0 || this.failing > 0 || (this.keyed?.size ?? 0) > 0) return false;
    return this.stoppedAt < Infinity || this.source.isDone;
  }

  private nextChunk(): Chunk<In> | undefined {
    const next = this.nextFailed() ?? this.nextRetry();
    if (next !== undefined || this.keyed === undefined) return next ?? this.takeNext();
    if (this.credits <= 0) return undefined;
    const { workers } = this.plan;
    if (this.stoppedAt === Infinity) this.keyed.read(workers);
    return this.nextFailed() ?? this.keyed.take(workers, this.stoppedAt);
  }

  /** The next item that has finally failed. */
  private nextFailed(): Chunk<In> | undefined {
    return this.failedQueue.length === 0 ? undefined : this.failedQueue.take(1)[0];
  }

  /** The next items that have failed, and may run again: a part of them for each worker. */
  private nextRetry(): Chunk<In> | undefined {
    const { length } = this.retryQueue;
    if (this.credits <= 0 || length === 0) return undefined;
    const max = Math.min(this.reader.sizeOfNext(length), Math.max(1, Math.ceil(length / this.plan.workers)));
    return this.retryQueue.take(max, this.stoppedAt);
  }

  /** The next items of the source. */
  private takeNext(): Chunk<In> | undefined {
    return this.credits <= 0 || this.stoppedAt < Infinity ? undefined : this.reader.take();
  }
}
