import { concat, defer, NEVER, noop, of, Subject, takeUntil, type Observable } from 'rxjs';
import type { Job, Settlements } from '../../pools/pool.ts';
import { PoolClosedError, TaskError, type ParallelError } from '../../tasks/errors/errors.ts';
import type { CallEvents, CallRunner, PoolCall } from '../../pools/calls.ts';
import type { CallPlan } from './CallPlan.ts';

/** A call that the pool has as a job. */
interface ActiveCall {
  /** Emits when the call is dropped. */
  readonly dropped$: Subject<void>;
  hasBegun: boolean;
  hasYielded: boolean;
  /** Whether its end is known, and the job completes in a moment. */
  isDone: boolean;
  /** Why it has failed, where it is tried again when the worker is free. */
  failure: ParallelError | undefined;
}

/** Runs each call as a job of one item, on any pool. */
export class JobCalls implements CallRunner {
  readonly needsContext = true;
  private readonly plan: CallPlan;
  private readonly events: CallEvents;
  private readonly ended$: Observable<unknown>;
  private readonly active = new Map<PoolCall, ActiveCall>();
  private poking = false;

  /** @param ended$ - Emits when no call will come any more. */
  constructor(plan: CallPlan, events: CallEvents, ended$: Observable<unknown>) {
    this.plan = plan;
    this.events = events;
    this.ended$ = ended$;
  }

  get refusal(): Error | undefined {
    const drains: unknown[] = [];
    const asked = this.plan.pool.draining$?.subscribe({ next: (drain) => drains.push(drain), error: noop });
    asked?.unsubscribe();
    return drains.length > 0 ? new PoolClosedError('this pool is closed') : undefined;
  }

  get surplus(): number {
    return this.unfinished - this.plan.pool.size;
  }

  get running(): number {
    return [...this.active].filter(([{ state }, { hasBegun }]) => hasBegun && state !== 'settled').length;
  }

  get pending(): readonly PoolCall[] {
    return [...this.active].filter(([, { hasBegun }]) => !hasBegun).map(([call]) => call);
  }

  /** Starts what it may, in one loop, since a call may end at once. */
  poke(): void {
    if (this.poking) return;
    const { queue } = this.events;
    this.poking = true;
    try {
      for (let call = queue.first; call !== undefined && this.admits(call); call = queue.first) {
        queue.remove(call);
        this.start(call);
      }
    } finally {
      this.poking = false;
    }
  }

  takeAll(): void {
    const { queue } = this.events;
    for (let call = queue.take(); call !== undefined; call = queue.take()) this.start(call);
  }

  cancel(call: PoolCall): void {
    const active = this.active.get(call);
    if (active === undefined) return;
    call.runInContext(() => {
      active.dropped$.next();
    });
  }

  async ready(): Promise<void> {
    const { plan, ended$ } = this;
    const { task, args, pool } = plan;
    await pool.ready?.({ task, args, ended$ });
  }

  end(): void {
    // The observable of the end tells the pool.
  }

  /** How many calls take up a worker, and for how long is not known. */
  private get unfinished(): number {
    let unfinished = 0;
    for (const { isDone } of this.active.values()) if (!isDone) unfinished += 1;
    return unfinished;
  }

  /** A call of a higher priority need not wait for those that wait in the pool: it goes before them there. */
  private admits({ priority }: PoolCall): boolean {
    const { size } = this.plan.pool;
    if (this.active.size < size) return true;
    let before = 0;
    for (const [call, { hasBegun }] of this.active) if (hasBegun || call.priority >= priority) before += 1;
    return before < size;
  }

  private start(call: PoolCall): void {
    const active: ActiveCall = {
      dropped$: new Subject(),
      hasBegun: false,
      hasYielded: false,
      isDone: false,
      failure: undefined,
    };
    this.active.set(call, active);
    call.runInContext(() => {
      // A generator of this thread may give all at once, and be left meanwhile: before there is a subscription.
      const settled$ = defer(() => this.plan.pool.run$<unknown, unknown>(this.jobOf(call, active))).pipe(
        takeUntil(active.dropped$),
      );
      settled$.subscribe({
        next: (message) => {
          this.receive(call, active, message);
        },
        error: (error: unknown) => {
          this.forget(call, active);
          this.events.fail(call, error);
          this.poke();
        },
        complete: () => {
          const { failure } = active;
          // One that is tried again at once goes before those that wait.
          this.forget(call, active);
          if (failure !== undefined) this.events.retry(call, failure);
          else this.events.fail(call, noResult(call));
          this.poke();
        },
      });
    });
  }

  private jobOf(call: PoolCall, active: ActiveCall): Job<unknown> {
    const { task, args, transfer, graceMs, scheduler } = this.plan;
    const { index, item, attempt, timeoutMs, priority, runInContext } = call;
    return {
      task,
      args,
      first: index,
      items: [item],
      attempt,
      timeout: timeoutMs,
      graceMs,
      transfer: transfer === undefined ? undefined : (of) => runInContext(() => transfer(of as never)),
      priority,
      gate$: defer(() => {
        this.begin(call, active);
        return of(0);
      }),
      flowing$: FLOWING$,
      ended$: this.ended$,
      scheduler,
      runInContext,
    };
  }

  private begin(call: PoolCall, active: ActiveCall): void {
    active.hasBegun = true;
    this.events.begin(call);
  }

  private receive(call: PoolCall, active: ActiveCall, { values, errors, yields }: Settlements<unknown>): void {
    const error = errors?.[0]?.[1];
    // For a pool that looks at no gate.
    this.begin(call, active);
    active.isDone ||= values.length > 0 || yields?.ended === true;
    if (error !== undefined) {
      if (!active.hasYielded && this.events.mayRetry(call, error)) active.failure = error;
      else this.events.fail(call, error);
    } else if (values.length > 0) this.events.succeed(call, values[0]);
    if (yields === undefined) return;
    active.hasYielded ||= yields.values.length > 0;
    this.events.yield(call, yields.values, yields.ended);
  }

  /** The worker of a call is free. */
  private forget(call: PoolCall, active: ActiveCall): void {
    if (this.active.get(call) === active) this.active.delete(call);
  }
}

/** Nothing holds a generator up: a call has no more items. */
const FLOWING$: Observable<boolean> = concat(of(true), NEVER);

function noResult({ index, item, attempt }: PoolCall): TaskError {
  return new TaskError(`the pool has given no result for call ${String(index)}`, { index, item, attempts: attempt });
}
