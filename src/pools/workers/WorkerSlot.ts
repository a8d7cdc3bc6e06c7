import { clearTimeout, setTimeout, type Timer } from '../../platform/time/timers.ts';
import type { Script } from '../../tasks/script/Script.ts';
import type { AnyTask } from '../../tasks/Task.ts';
import { bootWorker } from './boot/bootWorker.ts';
import { nowMs } from '../../platform/time/nowMs.ts';
import { WorkerTally } from './stats/WorkerTally.ts';
import { endWorker } from './boot/endWorker.ts';
import { OpenTasks, type OpenedRun } from './OpenTasks.ts';
import type { SlotSettings } from './config/resolveSettings.ts';
import type { WorkerReserve } from './WorkerReserve.ts';
import type { WorkerLauncher } from './Transport.ts';
import { WorkerClient, type WorkerExit } from './WorkerClient.ts';
import { withTimeout } from './boot/withTimeout.ts';

/** Holds one worker: starts it when there is work, replaces it when it has died, releases it when it is idle. */
export class WorkerSlot {
  private readonly settings: SlotSettings;
  private readonly startWorker: (script: Script | undefined) => WorkerClient;
  private readonly reserve: WorkerReserve | undefined;
  private readonly tally: WorkerTally;
  private readonly openTasks: OpenTasks;
  /** The script of the worker. */
  private script: Script | undefined;
  private worker: WorkerClient | undefined;
  private booted: Promise<WorkerExit | undefined> | undefined;
  /** The successor of the worker, for when that has received `maxTasks` items or is killed. */
  private next: { readonly worker: WorkerClient; readonly booted: Promise<WorkerExit | undefined> } | undefined;
  private idle: Timer | undefined;
  private busySince: number | undefined;
  /** Why it starts no worker any more. */
  private refusal: Error | undefined;
  /** Called when a job has left the slot. */
  private onIdle: () => void = () => undefined;
  /** One promise for each released worker that has not exited yet. */
  private readonly retiring = new Set<Promise<void>>();

  /**
   * @param startWorker - Starts a worker; specs replace it.
   * @param tally - Counts the workers.
   * @param reserve - Decides whether an idle worker is kept; undefined if none is.
   */
  constructor(
    settings: SlotSettings,
    startWorker = (script: Script | undefined): WorkerClient => new WorkerClient(settings.launcher, settings, script),
    reserve?: WorkerReserve,
    tally = new WorkerTally(),
  ) {
    this.settings = settings;
    this.reserve = reserve;
    this.tally = tally;
    this.startWorker = startWorker;
    this.openTasks = new OpenTasks(settings, this);
  }

  get launcher(): WorkerLauncher {
    return this.settings.launcher;
  }

  get graceMs(): number {
    return this.settings.graceMs;
  }

  get bootTimeoutMs(): number {
    return this.settings.bootTimeoutMs;
  }

  get current(): WorkerClient | undefined {
    return this.worker;
  }

  /** The worker and its successor, if they are alive. */
  get workers(): readonly WorkerClient[] {
    return [this.worker, this.next?.worker].flatMap((worker) => (worker?.dead === false ? [worker] : []));
  }

  /** Since when a job, or calls, use the slot. */
  get busySinceMs(): number | undefined {
    return this.busySince;
  }

  /** Adds milliseconds in which tasks ran. */
  addWork(ms: number): void {
    this.tally.workedMs += ms;
  }

  /** Whether there is a worker. */
  get isAlive(): boolean {
    return this.worker?.dead === false;
  }

  /** Whether a job, or a call, uses the slot. */
  get isWorking(): boolean {
    return this.busySince !== undefined;
  }

  /** A job, or a call, takes the slot: the worker keeps this process alive, and is not released. */
  begin(): void {
    this.busySince = nowMs();
    clearTimeout(this.idle);
    if (this.settings.daemon) return;
    this.worker?.ref();
    this.next?.worker.ref();
  }

  /** The job, or the call, leaves the slot. */
  pause(): void {
    if (this.busySince !== undefined) this.tally.busyMs += nowMs() - this.busySince;
    this.busySince = undefined;
    this.onIdle();
    this.worker?.unref();
    this.next?.worker.unref();
    this.openTasks.forget();
    this.reserve?.fill();
    if (this.settings.idleMs === Infinity) return;
    this.idle = setTimeout(() => {
      if (this.reserve?.hasSpare() !== false) void this.end();
    }, this.settings.idleMs);
    this.idle.unref();
  }

  /**
   * A booted worker, or the exit of a worker that died while it booted.
   *
   * @param task - The task to run. A worker with the script of another task is replaced.
   * @throws TaskLoadError if the worker does not boot; TaskCloneError if `initArgs` cannot be sent; PoolClosedError after
   *   {@link close}.
   */
  async ready(task?: AnyTask): Promise<WorkerClient | WorkerExit> {
    await this.openTasks.forgotten;
    if (this.refusal !== undefined) throw this.refusal;
    if (task !== undefined) this.takeScript(this.launcher.scriptFor?.(task));
    if (this.worker !== undefined && this.remainingFor(this.worker) <= 0) this.retire(this.worker);
    if (this.worker?.dead === true) this.drop();
    const worker = (this.worker ??= this.start());
    this.booted ??= bootWorker(worker, this.settings);
    try {
      const exit = await this.booted;
      if (exit === undefined) return worker;
      if (this.worker === worker) this.drop();
      return exit;
    } catch (error) {
      if (this.worker === worker) this.drop();
      worker.kill();
      throw error;
    }
  }

  holds(worker: WorkerClient): boolean {
    return this.worker === worker;
  }

  /** The number of items that a worker may still be given. */
  remainingFor(worker: WorkerClient): number {
    return this.settings.maxTasks - worker.itemsGiven;
  }

  /** Counts items that a worker is given. Starts its successor when none is left that it may be given. */
  give(worker: WorkerClient, items: number): void {
    worker.itemsGiven += items;
    if (this.remainingFor(worker) <= 0) this.startNext();
  }

  /** Starts the worker ahead of time, if there is none. */
  warm(): void {
    // `ready` reports the error to the job that needs this worker.
    this.ready().catch(() => undefined);
  }

  /** Starts the successor of the current worker ahead of time, so that no job waits for its boot. */
  startNext(): void {
    if (this.next !== undefined || this.refusal !== undefined) return;
    const next = this.start();
    const booted = bootWorker(next, this.settings);
    // `ready` reports the error to the job that needs this worker.
    booted.catch(() => undefined);
    this.next = { worker: next, booted };
  }

  /** Releases the successor that was started for a worker, if that worker goes on. */
  keep(worker: WorkerClient): void {
    const { next } = this;
    if (next === undefined || this.remainingFor(worker) <= 0) return;
    this.next = undefined;
    this.release(endWorker(next.worker, this.settings));
  }

  /** Loads the task of a run in a worker; see {@link OpenTasks.open}. */
  open(worker: WorkerClient, run: OpenedRun): Promise<number | WorkerExit> {
    return this.openTasks.open(worker, run);
  }

  /** What loads the task of a run; see {@link OpenTasks.prepare}. */
  prepare(worker: WorkerClient, run: OpenedRun): ReturnType<OpenTasks['prepare']> {
    return this.openTasks.prepare(worker, run);
  }

  /** Whether it is not known that the worker receives messages; see {@link OpenTasks.isUnproven}. */
  get isUnproven(): boolean {
    return this.openTasks.isUnproven;
  }

  /** Releases the worker, and starts no other. Resolves when all released workers have exited. @param refusal - The error of later jobs. */
  close(refusal: Error | undefined): Promise<void> {
    this.refusal = refusal;
    return this.end();
  }

  /** Releases the worker. Resolves when all released workers have exited. */
  async end(): Promise<void> {
    clearTimeout(this.idle);
    const { worker, next, isWorking } = this;
    if (next !== undefined) this.release(endWorker(next.worker, this.settings));
    this.next = undefined;
    if (worker !== undefined) {
      this.drop();
      this.release(isWorking ? this.endAfterWork(worker) : endWorker(worker, this.settings));
    }
    await Promise.all(this.retiring);
  }

  /** Remembers a released worker until it has exited. */
  private release(exited: Promise<void>): void {
    this.retiring.add(exited);
    void exited.then(() => this.retiring.delete(exited));
  }

  /** Gives a task that was told to stop `graceMs` to end, then ends its worker. */
  private async endAfterWork(worker: WorkerClient): Promise<void> {
    const idle = new Promise<void>((resolve) => {
      this.onIdle = resolve;
    });
    const ended = await withTimeout(Promise.race([idle, worker.exited]), this.settings.graceMs);
    if (ended === 'timeout') worker.kill();
    await endWorker(worker, this.settings);
    await worker.exited;
  }

  private start(): WorkerClient {
    const worker = this.startWorker(this.script);
    if (!this.isWorking || this.settings.daemon) worker.unref();
    this.tally.started += 1;
    void worker.exited.then(() => {
      this.tally.exits[worker.endReason ?? 'crashed'] += 1;
      this.replace(worker);
    });
    return worker;
  }

  /** An idle worker that has died is replaced, if it had done anything: else the next one would die, too, again and again. */
  private replace(dead: WorkerClient): void {
    if (!this.isWorking && this.worker === dead && dead.itemsGiven > 0) this.reserve?.fill();
  }

  private drop(): void {
    this.worker = this.next?.worker;
    this.booted = this.next?.booted;
    this.next = undefined;
    this.openTasks.clear();
  }

  private takeScript(script: Script | undefined): void {
    if (script === this.script) return;
    this.script = script;
    // Its successor has the same script.
    while (this.worker !== undefined) this.retire(this.worker);
  }

  /** Releases a worker that has been given `maxTasks` items, or has another script. */
  private retire(worker: WorkerClient): void {
    if (this.remainingFor(worker) <= 0) worker.endReason = 'retired';
    this.drop();
    this.release(endWorker(worker, this.settings));
  }
}
