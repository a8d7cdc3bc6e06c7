import {
  AsyncSubject,
  BehaviorSubject,
  combineLatest,
  distinctUntilChanged,
  map,
  mergeMap,
  Observable,
  of,
  Subscriber,
  type TeardownLogic,
} from 'rxjs';
import type { Job, Settlements, TransferOf } from '../../pools/pool.ts';
import type { RunInContext } from '../../platform/context/asyncContext.ts';
import { inContext } from '../../util/rx/inContext.ts';
import { jobGate$, type WaitingJob } from '../../util/rx/jobGate.ts';
import type { Chunking } from './chunking.ts';
import { Delivery } from '../Delivery.ts';
import type { Chunk } from './Chunk.ts';
import type { Scheduler } from './Scheduler.ts';
import type { Plan } from '../Plan.ts';
import { settle } from '../settle.ts';

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

/** As `map` and `finalize` do, in one subscriber, which saves up to a tenth of a job whose task does nothing. */
// eslint-disable-next-line rxjs-x/no-subclass -- RxJS 7 has no other way to write an operator without a second subscriber.
class WorkSubscriber<In, Out> extends Subscriber<Settlements<Out>> {
  private readonly subscriber: Subscriber<Delivery<Out>>;
  private readonly work: Work<In, Out>;
  private readonly runInContext: RunInContext;
  private readonly poke: () => void;

  constructor(subscriber: Subscriber<Delivery<Out>>, work: Work<In, Out>, { runInContext, scheduler }: Shared<In>) {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- RxJS 7 has no other way to write an operator.
    super(subscriber);
    this.subscriber = subscriber;
    this.work = work;
    this.runInContext = runInContext;
    this.poke = scheduler.poke;
  }

  override unsubscribe(): void {
    if (this.closed) return;
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- RxJS 7 has no other way to notice an unsubscription.
    const { isStopped } = this;
    super.unsubscribe();
    if (isStopped) this.work.end();
    else
      this.runInContext(() => {
        this.work.end();
        this.poke();
      });
  }

  protected override _next(message: Settlements<Out>): void {
    let delivery: Delivery<Out>;
    try {
      delivery = this.work.delivery(message);
    } catch (error) {
      this.subscriber.error(error);
      return;
    }
    this.subscriber.next(delivery);
  }

  protected override _error(error: unknown): void {
    this.runInContext(() => {
      super._error(error);
    });
  }

  /** Begins the next run after `mergeMap` has seen the end of this one. Before that, each run would deepen the stack. */
  protected override _complete(): void {
    this.runInContext(() => {
      super._complete();
      this.poke();
    });
  }
}

/** One running chunk, as an Observable of its deliveries. Subscribe to it once. */
// eslint-disable-next-line rxjs-x/no-subclass -- A function for each chunk, and an Observable that holds it, would cost more.
class Work<In, Out> extends Observable<Delivery<Out>> implements WaitingJob {
  private readonly chunk: Chunk<In>;
  private readonly shared: Shared<In>;
  private releaseKey: (() => void) | undefined;
  /** Emits when the worker is free. */
  private workerFree$: AsyncSubject<undefined> | undefined;
  /** The position of a generator that has yielded. */
  private yielded: number | undefined;
  private idle$: BehaviorSubject<boolean> | undefined;

  constructor(chunk: Chunk<In>, shared: Shared<In>) {
    super();
    this.chunk = chunk;
    this.shared = shared;
    this.releaseKey = chunk.releaseKey;
  }

  /** What RxJS 7 calls for each subscription. */
  protected _subscribe(subscriber: Subscriber<Delivery<Out>>): TeardownLogic {
    const settlements$ = this.settlements$();
    const kept$ =
      this.chunk.failed === undefined && this.shared.scheduler.retries
        ? settlements$.pipe(mergeMap((message) => this.kept(message)))
        : settlements$;
    return kept$.subscribe(new WorkSubscriber(subscriber, this, this.shared));
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
    const kept = this.shared.scheduler.retry(
      message,
      this.chunk,
      this.yielded,
      (this.workerFree$ ??= new AsyncSubject()),
    );
    if (kept[0] !== message) this.releaseKey = undefined;
    if (message.yields !== undefined) this.yielded = message.from + message.values.length;
    return kept;
  }

  delivery(message: Settlements<Out>): Delivery<Out> {
    const { plan, scheduler, chunks } = this.shared;
    const { tookMs, sentMs, yields } = message;
    // For a pool that does not subscribe to the gate.
    this.placed();
    if (tookMs !== undefined) chunks.observe(this.chunk.items.length, tookMs, sentMs);
    const span = settle(this.chunk.first, message, plan.onError);
    if (span.failure !== undefined) scheduler.stop(span.first + span.values.length);
    // The batch bounds the results of a processor: even with `ordered`, later batches need not wait for earlier ones.
    if (yields === undefined || yields.values.length === 0 || plan.task.style === 'processor')
      return new Delivery(span, scheduler.delivered);
    this.yielded$().next(false);
    return new Delivery(span, (count) => {
      scheduler.delivered(count);
      this.yielded$().next(true);
    });
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
    this.releaseKey?.();
    // An item that may be tried again goes before all others that wait for the worker.
    this.workerFree$?.next(undefined);
    this.workerFree$?.complete();
    if (this.chunk.failed === undefined) this.shared.scheduler.settled();
  }

  private job(): Job<In> {
    const { plan, gate$, ended$, runInContext } = this.shared;
    const { first, items, attempt } = this.chunk;
    return {
      task: plan.task,
      args: plan.args,
      first,
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
    const end = this.chunk.first + this.chunk.items.length;
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

/** A chunk whose generator waits for its turn. */
interface FlowingWork {
  flowing$(): Observable<boolean>;
}

/** Whether the generator of a job may go on. */
// eslint-disable-next-line rxjs-x/no-subclass -- A function for each chunk, and an Observable that holds it, would cost more.
class Flowing extends Observable<boolean> {
  private readonly work: FlowingWork;

  constructor(work: FlowingWork) {
    super();
    this.work = work;
  }

  /** What RxJS 7 calls for each subscription. */
  protected _subscribe(subscriber: Subscriber<boolean>): TeardownLogic {
    return this.work.flowing$().subscribe(subscriber);
  }
}

function transferIn<In>(runInContext: RunInContext, transfer: TransferOf<In>): TransferOf<In> {
  return (item) => runInContext(() => transfer(item));
}
