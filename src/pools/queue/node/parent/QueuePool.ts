/// <reference lib="esnext.disposable" preserve="true" />
import { merge, Observable, tap, type Subscriber } from 'rxjs';
import { runInRootContext } from '../../../../platform/context/asyncContext.ts';
import { PoolClosedError } from '../../../../tasks/errors/errors.ts';
import type { AnyTask } from '../../../../tasks/Task.ts';
import { named } from '../../../../util/named.ts';
import { outOfContext } from '../../../../util/rx/outOfContext.ts';
import type { CloseConfig, Job, Pool, Settlements } from '../../../pool.ts';
import { drainMsOf } from '../../../shared/drainMsOf.ts';
import { setCallTally } from '../../../calls.ts';
import { nowMs } from '../../../../platform/time/nowMs.ts';
import type { PoolStats } from '../../../stats.ts';
import { idealStats } from '../../../shared/stats/idealStats.ts';
import { JobTally } from '../../../shared/stats/JobTally.ts';
import { SlotQueue } from '../../../shared/SlotQueue.ts';
import { after } from '../../engine/after.ts';
import { every } from '../../engine/every.ts';
import type { QueueDepth } from '../../engine/Engine.ts';
import { allMachinesOf } from '../protocol/names.ts';
import { ChunkRun } from './run/ChunkRun.ts';
import { JobPlace } from './run/JobPlace.ts';
import type { Exchange } from './Exchange.ts';
import type { Machine, Machines } from './Machines.ts';
import { openExchange } from './openExchange.ts';
import type { QueuePoolConfig } from './QueuePoolConfig.ts';
import { Reconciler } from './Reconciler.ts';
import { refusalError } from './refusalError.ts';
import { resolveQueueConfig, type QueueSettings } from './resolveQueueConfig.ts';

/** The time that a connection may take to close, in milliseconds. */
const CLOSE_MS = 1000;
/** The time that `connect` waits for answers of the machines that listen, in milliseconds. */
const ANSWER_MS = 500;

/**
 * A pool of other machines, which take chunks of items from a queue of BullMQ on Redis. Each machine runs
 * {@link serveTasks}. The pool lives until {@link close}, and keeps the process alive.
 *
 * @example Thumbnails on all machines that serve this version
 * ```ts
 * await using pool = await QueuePool.connect({
 *   connection: { host: 'redis' },
 *   modules: { images: new URL('./images.ts', import.meta.url) },
 *   version: '1.4.0',
 * });
 * const { thumbnail } = tasks<typeof import('./images.ts')>(new URL('./images.ts', import.meta.url));
 * await parallel(thumbnail, photos, { pool, timeout: 5000, retry: 2 });
 * ```
 *
 * @see {@link serveTasks} for the machines, {@link ThreadPool} for workers of this machine.
 */
export class QueuePool implements Pool {
  static {
    named(this, 'QueuePool');
  }

  readonly sends = true;
  /** Emits the machines that have sent a message: at once, and again after each change. */
  readonly machines$: Observable<readonly Machine[]>;
  /** Emits {@link size} at once, and again when it changes, since machines have joined or left. */
  readonly size$: Observable<number>;
  private readonly exchange: Exchange;
  private readonly machines: Machines;
  private readonly slots: SlotQueue<object>;
  private readonly settings: QueueSettings;
  private readonly ends: (() => void)[] = [];
  private readonly jobs = new JobTally();
  private closing: Promise<void> | undefined;

  private constructor(exchange: Exchange, machines: Machines, settings: QueueSettings) {
    this.exchange = exchange;
    this.machines = machines;
    this.settings = settings;
    this.machines$ = machines.machines$;
    this.size$ = machines.capacity$;
    this.slots = new SlotQueue(machines.capacity, () => ({}));
    setCallTally(this, this.jobs);
  }

  /**
   * Connects to the queue.
   *
   * @throws TypeError or RangeError if an option is wrong; rejects with a TaskLoadError if there is no connection within
   *   `connectTimeout`, if it is refused, or if `bullmq` or `ioredis` is not installed.
   */
  static async connect(config: QueuePoolConfig): Promise<QueuePool> {
    const settings = resolveQueueConfig(config);
    return runInRootContext(async () => {
      const { exchange, machines } = await openExchange(settings);
      const pool = new QueuePool(exchange, machines, settings);
      await pool.start();
      return pool;
    });
  }

  /** The maximum number of jobs at once: the number of chunks that all machines can hold together. 1 without a machine. */
  get size(): number {
    return this.slots.size;
  }

  /** The time that a chunk should take, in milliseconds. */
  get chunkMs(): number {
    return this.exchange.hop.chunkMs;
  }

  get closed$(): Observable<never> {
    return this.exchange.lifecycle.closed$;
  }

  get draining$(): Observable<unknown> {
    return this.exchange.lifecycle.draining$;
  }

  /** @throws TypeError if machines cannot have the task: it is an inline function, or its module is none of `modules`. */
  checkTask(task: AnyTask): void {
    this.exchange.modules.of(task);
  }

  /** The number of chunks of all programs that wait, and that machines hold. Use it for autoscaling. */
  depth(): Promise<QueueDepth> {
    return this.exchange.link.depth();
  }

  /** The figures of the chunks of this program. Its workers are the chunks that the machines hold at once. */
  stats(): PoolStats {
    return idealStats('queue', this.jobs.read(nowMs(), this.slots.waitingCount), this.slots);
  }

  run$<In, Out>(job: Job<In>): Observable<Settlements<Out>> {
    // Operators for the steps of `begin` would cost a fifth of a small chunk.
    const run$ = new Observable<Settlements<unknown>>((subscriber) => {
      this.begin(job, subscriber);
    });
    return this.exchange.lifecycle.guard$(run$ as Observable<Settlements<Out>>, job.ended$).pipe(outOfContext());
  }

  /**
   * Starts no new chunk, gives running chunks `graceMs` to end, then stops them and fails unfinished runs with a
   * PoolClosedError. The machines go on serving other programs. Idempotent.
   *
   * @param config - With `drainMs`, all that the pool has been given is run before that, for at most so long.
   * @throws TypeError or RangeError, as a rejection, if an option is wrong.
   */
  async close(config?: CloseConfig): Promise<void> {
    const { lifecycle } = this.exchange;
    const drained = lifecycle.close(this.settings.graceMs, drainMsOf(config));
    this.closing ??= runInRootContext(() => this.end(drained));
    await this.closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Begins a job as soon as a machine can hold its chunk. */
  private begin(job: Job<unknown>, subscriber: Subscriber<Settlements<unknown>>): void {
    const { exchange, slots, jobs } = this;
    const askedMs = nowMs();
    const begin = (slot: object): void => {
      const place = new JobPlace(jobs, askedMs, () => {
        slots.release(slot);
      });
      const run = new ChunkRun(exchange, job, subscriber, place);
      subscriber.add(run);
      run.begin();
    };
    const free = slots.takeFree();
    if (free !== undefined) {
      begin(free);
      return;
    }
    const request = slots.request(job.priority ?? 0, begin);
    subscriber.add(() => {
      slots.withdraw(request);
    });
  }

  private async start(): Promise<void> {
    const { exchange, machines, settings } = this;
    const { clock, link, pending } = exchange;
    const { leaseMs, helloMs, connectTimeoutMs } = settings;
    const failAll = (cause: Error): void => {
      const error = refusalError(cause, exchange.names);
      for (const [, run] of pending.all) run.fail(error);
    };
    const resize = (capacity: number): void => {
      this.slots.resize(capacity);
    };
    const changes = merge(machines.capacity$.pipe(tap(resize)), link.refused$.pipe(tap(failAll))).subscribe({
      error: failAll,
    });
    const reconciler = new Reconciler(exchange, machines, leaseMs, connectTimeoutMs);
    this.ends.push(
      () => {
        changes.unsubscribe();
      },
      every(clock, helloMs, () => {
        machines.expire();
        void this.sayHello();
      }),
      () => {
        reconciler.close();
      },
    );
    const listeners = await this.sayHello();
    for (let ms = 0; machines.count < listeners && ms < ANSWER_MS; ms += 10) await after(clock, 10).promise;
  }

  private sayHello(): Promise<number> {
    const { control, names, inbox } = this.exchange;
    return control.ask(allMachinesOf(names), { kind: 'hello', from: inbox.key });
  }

  private async end(drained: Promise<void>): Promise<void> {
    const { inbox, link, control, pending, clock } = this.exchange;
    await drained;
    for (const [, run] of pending.all) run.fail(new PoolClosedError('this pool is closed'));
    for (const end of this.ends) end();
    control.close();
    this.machines.close();
    const late = after(clock, CLOSE_MS);
    await Promise.race([inbox.close().catch(() => undefined), late.promise]);
    await Promise.race([link.close().catch(() => undefined), late.promise]);
    late.cancel();
  }
}
