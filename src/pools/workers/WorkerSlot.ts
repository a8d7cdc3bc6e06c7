import { clearTimeout, setTimeout, type Timer } from '../../platform/time/timers.ts';
import { bootWorker } from './boot/bootWorker.ts';
import { OpenTasks, type OpenedRun } from './OpenTasks.ts';
import type { SlotSettings } from './resolveSettings.ts';
import type { WorkerLauncher } from './Transport.ts';
import { WorkerClient, type WorkerExit } from './WorkerClient.ts';
import { withTimeout } from './boot/withTimeout.ts';

/** A place for one worker: starts it when there is work, replaces it when it has died, releases it when it idles. */
export class WorkerSlot {
  private readonly settings: SlotSettings;
  private readonly startWorker: () => WorkerClient;
  private readonly openTasks: OpenTasks;
  private worker: WorkerClient | undefined;
  private booted: Promise<WorkerExit | undefined> | undefined;
  /** Takes the place of the worker when that has been given all it may be. */
  private next: { readonly worker: WorkerClient; readonly booted: Promise<WorkerExit | undefined> } | undefined;
  private idle: Timer | undefined;
  private working = false;
  /** Is called when a piece of work has ended, for the jobs that wait for it. */
  private onIdle: () => void = () => undefined;
  /** Resolve when workers that were let go have exited. */
  private readonly retiring = new Set<Promise<void>>();

  /** @param startWorker - Starts a worker; another in specs. */
  constructor(settings: SlotSettings, startWorker = (): WorkerClient => new WorkerClient(settings.launcher, settings)) {
    this.settings = settings;
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

  /** The worker that it has, if it has one. */
  get current(): WorkerClient | undefined {
    return this.worker;
  }

  /** Whether a piece of work is under way. */
  get isWorking(): boolean {
    return this.working;
  }

  /** Begins a piece of work: the worker keeps this process alive, and is not released. */
  begin(): void {
    this.working = true;
    clearTimeout(this.idle);
    this.worker?.ref();
    this.next?.worker.ref();
  }

  /** Ends a piece of work. */
  pause(): void {
    this.working = false;
    this.onIdle();
    this.worker?.unref();
    this.next?.worker.unref();
    this.openTasks.forget();
    if (this.settings.idleMs === Infinity) return;
    this.idle = setTimeout(() => {
      void this.end();
    }, this.settings.idleMs);
    this.idle.unref();
  }

  /**
   * A worker that has booted, or one that died while it did.
   *
   * @throws TaskLoadError or TaskCloneError where it cannot.
   */
  async ready(): Promise<WorkerClient | WorkerExit> {
    await this.openTasks.forgotten;
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

  /** Whether a worker is the one that it has. */
  holds(worker: WorkerClient): boolean {
    return this.worker === worker;
  }

  /** How many items a worker may still be given. */
  remainingFor(worker: WorkerClient): number {
    return this.settings.maxTasks - worker.itemsGiven;
  }

  /** Counts items that a worker is given. With the last it may have, another one is started. */
  give(worker: WorkerClient, items: number): void {
    worker.itemsGiven += items;
    if (this.remainingFor(worker) <= 0) this.startNext();
  }

  /** Starts the worker that is to take the place of this one, so that it has booted by then. */
  startNext(): void {
    if (this.next !== undefined) return;
    const next = this.start();
    const booted = bootWorker(next, this.settings);
    // A job that comes to need it is told.
    booted.catch(() => undefined);
    this.next = { worker: next, booted };
  }

  /** Lets go what was started to take the place of a worker that stays. */
  keep(worker: WorkerClient): void {
    const { next } = this;
    if (next === undefined || this.remainingFor(worker) <= 0) return;
    this.next = undefined;
    this.release(next.worker.end());
  }

  /** Makes the task of a run ready in a worker; see {@link OpenTasks.open}. */
  open(worker: WorkerClient, run: OpenedRun): Promise<number | WorkerExit> {
    return this.openTasks.open(worker, run);
  }

  /** Lets the worker go; resolves when it has exited. */
  async end(): Promise<void> {
    clearTimeout(this.idle);
    const { worker, next, working } = this;
    if (next !== undefined) this.release(next.worker.end());
    this.next = undefined;
    if (worker !== undefined) {
      this.drop();
      this.release(working ? this.endAfterWork(worker) : worker.end());
    }
    await Promise.all(this.retiring);
  }

  /** Remembers a worker that was let go until it has exited. */
  private release(exited: Promise<void>): void {
    this.retiring.add(exited);
    void exited.then(() => this.retiring.delete(exited));
  }

  /** Lets a task that was told to stop do so, for as long as it is given anyway. */
  private async endAfterWork(worker: WorkerClient): Promise<void> {
    const rest = new Promise<void>((resolve) => {
      this.onIdle = resolve;
    });
    const ended = await withTimeout(Promise.race([rest, worker.exited]), this.settings.graceMs);
    if (ended === 'timeout') worker.kill();
    await worker.end();
    await worker.exited;
  }

  private start(): WorkerClient {
    const worker = this.startWorker();
    if (!this.working) worker.unref();
    return worker;
  }

  private drop(): void {
    this.worker = this.next?.worker;
    this.booted = this.next?.booted;
    this.next = undefined;
    this.openTasks.clear();
  }

  /** Lets a worker go that has been given all it may be. */
  private retire(worker: WorkerClient): void {
    this.drop();
    this.release(worker.end());
  }
}
