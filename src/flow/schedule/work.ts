import {
  AsyncSubject,
  BehaviorSubject,
  combineLatest,
  distinctUntilChanged,
  identity,
  map,
  mergeMap,
  Observable,
  of,
  Subscriber,
  takeWhile,
  type TeardownLogic,
} from 'rxjs';
import type { Job, Settlements, TransferOf } from '../../pools/pool.ts';
import { WorkerCrashError } from '../../tasks/errors/errors.ts';
import { indexAt } from '../../util/indexAt.ts';
import type { RunInContext } from '../../platform/context/asyncContext.ts';
import { inContext } from '../../util/rx/inContext.ts';
import { jobGate$, type WaitingJob } from '../../util/rx/jobGate.ts';
import type { Chunking } from './chunking.ts';
import { Delivery } from '../Delivery.ts';
import type { Chunk } from './Chunk.ts';
import { Flowing } from './Flowing.ts';
import type { Scheduler } from './Scheduler.ts';
import { WorkSubscriber } from './WorkSubscriber.ts';
import type { Plan } from '../Plan.ts';
import { scatter } from '../scatter.ts';
import { settle } from '../settle.ts';
import type { Partition } from './Partition.ts';
import { mayRetry } from './retryPolicy.ts';

/** The parts that all chunks of a run share. */
export interface Shared<In> {
  readonly plan: Plan<In>;
  readonly scheduler: Scheduler<In>;
  readonly chunks: Chunking;
  readonly gate$: Observable<unknown>;
  readonly ended$: Observable<unknown>;
  readonly runInContext: RunInContext;
}

/** Runs a chunk on the pool, and gives back its credit when the worker is free, also if the chunk was cancelled. */
export function work$<In, Out>(chunk: Chunk<In>, shared: Shared<In>): Observable<Delivery<Out>> {
  return new Work<In, Out>(chunk, shared);
}

/** One running chunk, as an Observable of its deliveries. Subscribe to it once. */
// eslint-disable-next-line rxjs-x/no-subclass -- A function for each chunk, and an Observable that holds it, would cost more.
class Work<In, Out> extends Observable<Delivery<Out>> implements WaitingJob {
  private readonly chunk: Chunk<In>;
  private readonly shared: Shared<In>;
  /** The position of the first item that has not settled, been taken for another try, or been put back. */
  private position = 0;
  /** Emits when the worker is free. */
  private workerFree$: AsyncSubject<undefined> | undefined;
  /** The position of a generator that has yielded. */
  private yielded: number | undefined;
  private idle$: BehaviorSubject<boolean> | undefined;

  constructor(chunk: Chunk<In>, shared: Shared<In>) {
    super();
    this.chunk = chunk;
    this.shared = shared;
  }

  /** What RxJS 7 calls for each subscription. */
  protected _subscribe(subscriber: Subscriber<Delivery<Out>>): TeardownLogic {
    const settlements$ = this.settlements$();
    const { failed, partitions, items } = this.chunk;
    const { scheduler, runInContext } = this.shared;
    const kept$ =
      failed === undefined && scheduler.retries
        ? settlements$.pipe(
            partitions === undefined || items.length === 1
              ? identity
              : takeWhile((message) => !this.endsAt(message), true),
            mergeMap((message) => this.kept(message)),
          )
        : settlements$;
    return kept$.subscribe(new WorkSubscriber(subscriber, this, { runInContext, poke: scheduler.poke }));
  }

  private settlements$(): Observable<Settlements<Out>> {
    const { failed } = this.chunk;
    if (failed !== undefined) return of({ from: 0, values: [undefined as never], errors: [[0, failed]] });
    const { plan, scheduler } = this.shared;
    if (plan.ordered) scheduler.waiting.enter(this.chunk);
    return plan.pool.run$<In, Out>(this.job());
  }

  /** The rest of a message, without the items that are tried again. */
  private kept(message: Settlements<Out>): readonly Settlements<Out>[] {
    const { scheduler } = this.shared;
    // All this before the retry, which may end the run at once.
    this.position = endOf(message);
    if (this.endsAt(message)) {
      scheduler.keyed?.putBack(this.chunk, this.position);
      this.position = this.chunk.items.length;
    }
    const kept = scheduler.retry(message, this.chunk, this.yielded, (this.workerFree$ ??= new AsyncSubject()));
    if (message.yields !== undefined) this.yielded = message.from + message.values.length;
    return kept;
  }

  deliveries(message: Settlements<Out>): readonly Delivery<Out>[] {
    const { plan, scheduler, chunks } = this.shared;
    const { tookMs, sentMs, yields } = message;
    const { indices, first, items } = this.chunk;
    // For a pool that does not subscribe to the gate.
    this.placed();
    if (tookMs !== undefined) chunks.observe(items.length, tookMs, sentMs);
    const span = settle(indices === undefined ? first : 0, message, plan.onError);
    if (span.failure !== undefined) scheduler.stop(indexAt(this.chunk, message.from + span.values.length));
    this.leaveKeys(message.from, endOf(message));
    // The batch bounds the results of a processor: even with `ordered`, later batches need not wait for earlier ones.
    const waits = yields !== undefined && yields.values.length > 0 && plan.task.style !== 'processor';
    if (waits) this.yielded$().next(false);
    const onLast = waits ? this.onYieldsEmitted() : scheduler.delivered;
    if (indices === undefined) return [new Delivery(span, onLast)];
    return scatter(span, indices, plan.ordered).map(
      (part, at, { length }) => new Delivery(part, at === length - 1 ? onLast : scheduler.delivered),
    );
  }

  /** Lets the generator go on whose yields have been emitted. */
  private onYieldsEmitted(): (count: number) => void {
    return (count) => {
      this.shared.scheduler.delivered(count);
      this.yielded$().next(true);
    };
  }

  /** Whether a key has been left while the chunk goes on. */
  get leavesKeys(): boolean {
    return this.chunk.partitions !== undefined && this.position > 0 && this.position < this.chunk.items.length;
  }

  placed(): void {
    this.shared.scheduler.waiting.exit(this.chunk);
  }

  displaced(): void {
    const { plan, scheduler } = this.shared;
    if (!plan.ordered) return;
    scheduler.waiting.enter(this.chunk);
    scheduler.waiting.publish();
  }

  admits(): boolean {
    return this.chunk.first < this.shared.scheduler.endsBefore;
  }

  end(): void {
    this.placed();
    this.leaveKeys(this.position, this.chunk.items.length);
    // An item that may be tried again goes before all others that wait for the worker.
    this.workerFree$?.next(undefined);
    this.workerFree$?.complete();
    if (this.chunk.failed === undefined) this.shared.scheduler.settled();
  }

  /** Lets the next items of the keys go whose items have settled, from a position on up to another one. */
  private leaveKeys(from: number, end: number): void {
    const { partitions } = this.chunk;
    if (partitions === undefined) return;
    this.position = Math.max(this.position, end);
    for (const partition of partitions.slice(from, end)) this.shared.scheduler.keyed?.leave(partition);
  }

  /**
   * Whether the job ends with a message: an item runs again after a crash, and the job has another one of its key, which must
   * not go before it.
   */
  private endsAt({ from, errors = [] }: Settlements<Out>): boolean {
    const { chunk, shared } = this;
    const { partitions = [] } = chunk;
    return errors.some(
      ([at, error]) =>
        error instanceof WorkerCrashError &&
        mayRetry(shared.plan, error, chunk) &&
        partitions[from + at] !== undefined &&
        partitions.lastIndexOf(partitions[from + at] as Partition<In>) > from + at,
    );
  }

  private job(): Job<In> {
    const { plan, gate$, ended$, runInContext } = this.shared;
    const { first, indices, items, attempt } = this.chunk;
    return {
      task: plan.task,
      args: plan.args,
      first,
      ...(indices === undefined ? {} : { indices }),
      items,
      attempt,
      timeout: plan.timeoutMs,
      priority: plan.priority,
      transfer: plan.transfer === undefined ? undefined : transferIn(runInContext, plan.transfer),
      gate$: jobGate$(gate$, this),
      flowing$: new Flowing(this),
      ended$,
      scheduler: plan.scheduler,
      runInContext,
    };
  }

  /**
   * A generator that waits for its turn keeps its worker. An earlier item may need that worker: an item of this run, or of
   * another run on the same pool, whose generators in turn keep the workers that this run needs.
   */
  flowing$(): Observable<boolean> {
    const { plan, scheduler, runInContext } = this.shared;
    const end = indexAt(this.chunk, this.chunk.items.length - 1) + 1;
    return combineLatest([plan.wanted$, this.yielded$(), scheduler.waiting.earliest$]).pipe(
      map(([wanted, idle, earliest]) => wanted && (idle || earliest < end)),
      distinctUntilChanged(),
      inContext(runInContext),
    );
  }

  /** Whether all that a generator of this job has yielded so far has been emitted. */
  private yielded$(): BehaviorSubject<boolean> {
    return (this.idle$ ??= new BehaviorSubject(true));
  }
}

function transferIn<In>(runInContext: RunInContext, transfer: TransferOf<In>): TransferOf<In> {
  return (item) => runInContext(() => transfer(item));
}

/** The position behind the items that a message settles. */
function endOf({ from, values, yields }: Settlements<unknown>): number {
  return from + values.length + (yields?.ended === true ? 1 : 0);
}
