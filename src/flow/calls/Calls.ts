import { EMPTY, mergeMap, noop, Subject, Subscription, type Observer } from 'rxjs';
import { captureContext, type RunInContext } from '../../platform/context/asyncContext.ts';
import { PoolClosedError, QueueFullError, TaskError, type ParallelError } from '../../tasks/errors/errors.ts';
import { abortReason } from '../../util/abortReason.ts';
import { listenToAbort, stopListening } from '../../util/abortListeners.ts';
import { PriorityQueue } from '../../util/collections/PriorityQueue.ts';
import { clockOf } from '../../util/rx/clockOf.ts';
import { mayRetry } from '../schedule/retryPolicy.ts';
import { callTallyOf, isDrain, type CallEvents, type CallRunner, type CallTally } from '../../pools/calls.ts';
import { directCallsOn } from '../../pools/workers/calls/directCallsOn.ts';
import { Call, type CallOptions } from './Call.ts';
import type { CallBounds, CallPlan } from './CallPlan.ts';
import { JobCalls } from './JobCalls.ts';
import { RetryDelays } from './RetryDelays.ts';
import { WaitLimit } from './WaitLimit.ts';

/** The calls of one function on a pool: those that wait, by their priority, and those that run. */
export class Calls implements CallEvents {
  readonly queue = new PriorityQueue<Call>();
  private readonly plan: CallPlan;
  private readonly bounds: CallBounds;
  private readonly runner: CallRunner;
  private readonly needsContext: boolean;
  private readonly retries: RetryDelays;
  private readonly waitLimit: WaitLimit | undefined;
  private readonly tally: CallTally | undefined;
  private readonly clock: () => number;
  private readonly ended$ = new Subject<void>();
  private made = 0;
  /** How many calls have not settled. */
  private open = 0;
  /** Watches the drain and the end of the pool, for the calls that are here. */
  private closing: Subscription | undefined;
  private isClosed = false;
  private onIdle: () => void = () => undefined;

  constructor(plan: CallPlan, bounds: CallBounds) {
    this.plan = plan;
    this.bounds = bounds;
    this.clock = clockOf(plan.scheduler);
    this.tally = callTallyOf(plan.pool);
    const { ended$ } = this;
    this.runner = directCallsOn(plan.pool, { ...plan, ended$ }, this) ?? new JobCalls(plan, this, ended$);
    this.needsContext = this.runner.needsContext || plan.retry !== undefined;
    this.retries = new RetryDelays(
      plan,
      (call) => {
        this.queue.addFirst(call);
        this.poke();
      },
      (call, error) => {
        this.fail(call, error);
      },
    );
    if (bounds.maxWaitMs !== Infinity) this.waitLimit = new WaitLimit(plan.scheduler, () => this.expire());
  }

  /** How many calls wait for a worker. */
  get waiting(): number {
    return this.queue.size + this.runner.pending.length;
  }

  /** How many calls run. */
  get running(): number {
    return this.runner.running;
  }

  /**
   * Makes a call.
   *
   * @param observer - Is told what becomes of it.
   * @param onMade - Is given the call before anything comes of it, so that it can be cancelled.
   */
  call(item: unknown, options: CallOptions, observer: Observer<unknown>, onMade?: (call: Call) => void): void {
    const { signal } = options;
    if (this.isClosed) {
      observer.error(closedError());
      return;
    }
    const { refusal } = this.runner;
    if (refusal !== undefined) {
      observer.error(refusal);
      return;
    }
    if (signal?.aborted === true) {
      observer.error(abortReason(signal));
      return;
    }
    const { maxQueue } = this.bounds;
    if (maxQueue !== Infinity && this.queue.size + this.runner.surplus >= maxQueue) {
      observer.error(this.queueFull(0));
      return;
    }
    const runInContext = this.needsContext ? captureContext() : CALL;
    const call = new Call(this, item, this.made, options, observer, this.clock(), runInContext);
    this.made += 1;
    this.open += 1;
    if (signal !== undefined) listenToAbort(signal, call);
    onMade?.(call);
    this.queue.add(call);
    try {
      this.poke();
    } catch (error) {
      this.abort(call, error);
    }
    if (call.state === 'waiting') this.waitLimit?.lookIn(this.bounds.maxWaitMs);
  }

  /** Drops a call, without a word. */
  cancel(call: Call): void {
    if (call.state === 'settled') return;
    this.settle(call);
    this.leave(call);
  }

  /** Drops a call, and fails it. */
  abort(call: Call, reason: unknown): void {
    if (call.state === 'settled') return;
    this.cancel(call);
    call.observer.error(reason);
  }

  begin(call: Call): void {
    if (call.state !== 'waiting') return;
    call.state = 'running';
    call.waitedMs = this.clock() - call.sinceMs;
  }

  succeed(call: Call, value: unknown): void {
    if (call.state === 'settled') return;
    this.settle(call);
    call.observer.next(value);
    call.observer.complete();
  }

  yield(call: Call, values: readonly unknown[], ended: boolean): void {
    if (!this.plan.generates) {
      this.abort(call, generatorError(call, this.plan.task.origin.name));
      return;
    }
    // An observer may leave between two of them.
    for (let at = 0; at < values.length && isOpen(call); at += 1) call.observer.next(values[at]);
    if (!ended || call.state === 'settled') return;
    this.settle(call);
    call.observer.complete();
  }

  fail(call: Call, error: unknown): void {
    if (call.state === 'settled') return;
    this.settle(call);
    call.observer.error(error);
  }

  mayRetry(call: Call, error: ParallelError): boolean {
    return call.state !== 'settled' && mayRetry(this.plan, error, call);
  }

  retry(call: Call, error: ParallelError): void {
    if (call.state === 'settled') return;
    this.watchPool();
    this.retries.add(call, error);
  }

  ready(): Promise<void> {
    return this.runner.ready();
  }

  /** Refuses new calls; resolves when all others have settled. */
  async close(): Promise<void> {
    this.isClosed = true;
    if (this.open > 0)
      await new Promise<void>((resolve) => {
        const { onIdle } = this;
        this.onIdle = () => {
          onIdle();
          resolve();
        };
      });
    this.runner.end();
    this.ended$.next();
    this.ended$.complete();
  }

  private poke(): void {
    this.runner.poke();
    if (this.queue.size > 0) this.watchPool();
  }

  private settle(call: Call): void {
    call.state = 'settled';
    if (call.signal !== undefined) stopListening(call.signal, call);
    this.open -= 1;
    if (this.open > 0) return;
    this.closing?.unsubscribe();
    this.closing = undefined;
    this.waitLimit?.stop();
    this.onIdle();
  }

  /** Sees to it that a call which has settled is nowhere any more. */
  private leave(call: Call): void {
    this.queue.remove(call);
    this.retries.cancel(call);
    this.runner.cancel(call);
  }

  /** Fails what waits here when the pool is closed; the pool itself fails what it has taken. While it drains, it waits. */
  private watchPool(): void {
    if (this.closing !== undefined) return;
    const closing = new Subscription();
    this.closing = closing;
    if (this.runner instanceof JobCalls) closing.add(this.countQueue());
    const held$ = this.plan.pool.draining$?.pipe(
      mergeMap((drain) => {
        if (isDrain(drain)) return drain.hold$(this.ended$);
        this.hurry();
        return EMPTY;
      }),
    );
    closing.add(held$?.subscribe({ error: noop }));
    closing.add(
      this.plan.pool.closed$?.subscribe({
        error: (error: unknown) => {
          for (const call of [...this.queue.entries(), ...this.retries.calls]) this.abort(call, error);
        },
      }),
    );
  }

  /** Has the pool count those that wait here. @returns what ends that. */
  private countQueue(): (() => void) | undefined {
    const { queue } = this;
    const { queues } = this.tally ?? {};
    queues?.add(queue);
    return () => queues?.delete(queue);
  }

  /** Makes jobs of all calls, since the pool refuses later ones: also of those whose delay is not over. */
  private hurry(): void {
    for (const call of this.retries.takeAll()) this.queue.addFirst(call);
    this.runner.takeAll();
  }

  /** Refuses those that have waited too long. */
  private expire(): number | undefined {
    const { maxWaitMs } = this.bounds;
    const nowMs = this.clock();
    const pending = this.runner.pending.flatMap((call) => (call instanceof Call ? [call] : []));
    const waiting = [...this.queue.entries(), ...pending].filter(({ attempt }) => attempt === 1);
    let oldestMs = Infinity;
    for (const call of waiting)
      if (nowMs - call.sinceMs >= maxWaitMs) this.abort(call, this.queueFull(nowMs - call.sinceMs, call));
      else if (call.sinceMs < oldestMs) oldestMs = call.sinceMs;
    return oldestMs === Infinity ? undefined : oldestMs + maxWaitMs - nowMs;
  }

  private queueFull(waitedMs: number, call?: Call): QueueFullError {
    const { maxQueue, maxWaitMs } = this.bounds;
    const { waiting } = this;
    if (this.tally !== undefined) this.tally.rejected += 1;
    const reason =
      call === undefined
        ? `${String(waiting)} calls wait for a worker, of ${String(maxQueue)} that may`
        : `no worker was free within the maxWait of ${String(maxWaitMs)} ms`;
    const message = `a call of task ${this.plan.task.origin.name} was refused: ${reason}`;
    return new QueueFullError(message, { waiting, waitedMs, index: call?.index, item: call?.item });
  }
}

/** For calls that nothing is called back for. */
const CALL: RunInContext = (call) => call();

function isOpen({ state }: Call): boolean {
  return state !== 'settled';
}

function closedError(): PoolClosedError {
  return new PoolClosedError('this function is closed: it takes no more calls');
}

function generatorError({ index, item, attempt }: Call, name: string): TaskError {
  const message = `task ${name} generates results: a function of pooled gives one, that of pooled$ gives them all`;
  return new TaskError(message, { index, item, attempts: attempt });
}
