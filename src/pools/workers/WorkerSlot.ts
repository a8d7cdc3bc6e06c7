import { take } from 'rxjs';
import { clearTimeout, setTimeout, type Timer } from '../../platform/timers.ts';
import { decodeError } from '../../tasks/errors/decodeError.ts';
import { explainClone } from '../../tasks/explainClone.ts';
import { TaskCloneError, TaskLoadError } from '../../tasks/errors/errors.ts';
import type { AnyTask } from '../../tasks/Task.ts';
import { runInRootContext } from '../../platform/asyncContext.ts';
import { inContext } from '../../util/rx/inContext.ts';
import { messageOf } from '../../util/messageOf.ts';
import { nameOf } from '../shared/itemErrors.ts';
import type { WorkerLauncher, WorkerSettings } from './Transport.ts';
import { WorkerClient, type Answer, type WorkerExit } from './WorkerClient.ts';
import type { Job } from '../pool.ts';
import type { BootRequest, Loaded } from '../wire/messages.ts';
import { plainOrigin } from '../wire/plainOrigin.ts';
import { withTimeout } from './withTimeout.ts';

/** What the workers of a pool are, and how they begin. */
export interface SlotSettings extends WorkerSettings {
  readonly launcher: WorkerLauncher;
  readonly initializer: AnyTask | undefined;
  readonly initArgs: readonly unknown[];
  /** Milliseconds a worker may take to boot, its initializer included. */
  readonly bootTimeoutMs: number;
  /** How many items a worker is given at most. */
  readonly maxTasks: number;
  /** Milliseconds without work after which a worker is released. */
  readonly idleMs: number;
}

/** How long a worker without work may not answer, in milliseconds: longer than a busy machine holds it up. */
const UNRESPONSIVE_MS = 2000;

/** Numbers the runs, by what all jobs of one have in common. */
const runs = new WeakMap<object, number>();
let lastRun = 0;

/** A place for one worker: starts it when there is work, replaces it when it has died, releases it when it idles. */
export class WorkerSlot {
  private readonly settings: SlotSettings;
  private readonly startWorker: () => WorkerClient;
  private worker: WorkerClient | undefined;
  private booted: Promise<WorkerExit | undefined> | undefined;
  /** Takes the place of the worker when that has been given all it may be. */
  private next: { readonly worker: WorkerClient; readonly booted: Promise<WorkerExit | undefined> } | undefined;
  private idle: Timer | undefined;
  /** Runs whose end is waited for. */
  private readonly watched = new Set<number>();
  /** Runs that are over, and that the worker still has a task ready for. */
  private endedRuns: number[] = [];
  /** Resolves when the worker has forgotten those, or has exited. */
  private forgotten: Promise<void> | undefined;
  private working = false;
  /** Is called when a piece of work has ended, for the jobs that wait for it. */
  private onIdle: () => void = () => undefined;
  /** Resolve when workers that were let go have exited. */
  private readonly retiring = new Set<Promise<void>>();

  /** @param startWorker - Starts a worker; another in specs. */
  constructor(settings: SlotSettings, startWorker = (): WorkerClient => new WorkerClient(settings.launcher, settings)) {
    this.settings = settings;
    this.startWorker = startWorker;
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
    this.forget();
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
    await this.forgotten;
    if (this.worker !== undefined && this.remainingFor(this.worker) <= 0) this.retire(this.worker);
    if (this.worker?.dead === true) this.drop();
    const worker = (this.worker ??= this.start());
    this.booted ??= this.boot(worker);
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
    const booted = this.boot(next);
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

  /**
   * Makes a job's task ready in a worker: once per worker and run.
   *
   * @returns the number of the run, or how the worker died meanwhile.
   * @throws TaskLoadError or TaskCloneError where it cannot be.
   */
  async open(worker: WorkerClient, job: Job<unknown>): Promise<number | WorkerExit> {
    const run = this.numberOf(job);
    if (worker.opened.has(run)) return run;
    const { task, args } = job;
    const origin = plainOrigin(task.origin);
    let begun = (): void => undefined;
    const beginning = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const opening = worker.call('open', { run, origin, style: task.style, args }, begun);
    if (worker.itemsGiven > 0) void endUnless(Promise.race([beginning, opening]), worker);
    const answer = await withTimeout(opening, this.settings.bootTimeoutMs);
    if (answer === 'timeout') {
      worker.kill();
      await worker.exited;
      throw new TaskLoadError(`${nameOf(job)} did not load within the bootTimeout of ${ms(this.settings)}`);
    }
    if (answer.kind === 'exit') return answer;
    if (answer.kind === 'unsendable') {
      const cause = explainClone(args, answer.reason, 'sent');
      throw new TaskCloneError(
        `the args of ${nameOf(job)} cannot be sent to a ${this.launcher.kind}: ${messageOf(cause)}`,
        {
          cause,
        },
      );
    }
    if (answer.kind === 'unreadable')
      throw new TaskLoadError(`${nameOf(job)} could not be made ready, and why cannot be read here`, {
        cause: answer.reason,
      });
    check(answer.value);
    worker.opened.add(run);
    return run;
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
    this.endedRuns = [];
  }

  /** Lets a worker go that has been given all it may be. */
  private retire(worker: WorkerClient): void {
    this.drop();
    this.release(worker.end());
  }

  private async boot(worker: WorkerClient): Promise<WorkerExit | undefined> {
    const { initializer, initArgs, bootTimeoutMs, launcher } = this.settings;
    const request: BootRequest = {
      initializer: initializer && plainOrigin(initializer.origin),
      initArgs,
      ...launcher.describeHost(),
    };
    const answer = await withTimeout(worker.call('boot', request), bootTimeoutMs);
    if (answer === 'timeout')
      throw new TaskLoadError(
        `a worker ${launcher.kind} (${launcher.script})${initializer === undefined ? '' : ` and its initializer ${initializer.origin.name}`} did not boot within the bootTimeout of ${ms(this.settings)}`,
      );
    if (answer.kind === 'exit') return answer;
    checkBooted(answer, launcher.kind);
    return undefined;
  }

  private numberOf({ ended$ }: Job<unknown>): number {
    const run = runs.get(ended$) ?? (lastRun += 1);
    runs.set(ended$, run);
    if (!this.watched.has(run)) this.watchEnd(ended$, run);
    return run;
  }

  private watchEnd(ended$: Job<unknown>['ended$'], run: number): void {
    const forget = (): void => {
      this.watched.delete(run);
      // A task that is being loaded for it is forgotten when it is there.
      if (this.working && this.worker?.opened.has(run) !== true) this.endedRuns.push(run);
      else this.forget(run);
    };
    this.watched.add(run);
    // The run ends in a context of its own.
    ended$.pipe(take(1), inContext(runInRootContext)).subscribe({ complete: forget, error: forget });
  }

  /** Tells the worker which runs are over. */
  private forget(...more: readonly number[]): void {
    const { worker, endedRuns, working } = this;
    this.endedRuns = [];
    const opened = [...endedRuns, ...more].filter((run) => worker?.opened.delete(run));
    if (worker === undefined || opened.length === 0) return;
    // The next job waits for the answer of a worker that idles: one that does not answer is ended.
    if (working) void worker.call('forget', opened);
    else this.forgotten = this.sendForget(worker, opened);
  }

  private async sendForget(worker: WorkerClient, opened: readonly number[]): Promise<void> {
    await this.forgotten;
    await endUnless(worker.call('forget', opened), worker);
  }
}

function ms({ bootTimeoutMs }: SlotSettings): string {
  return `${String(bootTimeoutMs)} ms`;
}

/** Ends a worker that does not answer, held up by what an item has left behind, for which no other is to wait. */
async function endUnless(answered: Promise<unknown>, worker: WorkerClient): Promise<void> {
  if ((await withTimeout(answered, UNRESPONSIVE_MS)) === 'timeout') worker.kill();
}

function check(loaded: Loaded): void {
  if (!loaded.ok) throw new TaskLoadError(loaded.message, { cause: decodeError(loaded.cause) });
}

function checkBooted(answer: Exclude<Answer<Loaded>, WorkerExit>, kind: string): void {
  if (answer.kind === 'answer') check(answer.value);
  else if (answer.kind === 'unreadable')
    throw new TaskLoadError(`a worker ${kind} could not boot, and why cannot be read here`, { cause: answer.reason });
  else
    throw new TaskCloneError(`initArgs cannot be sent to a ${kind}: ${messageOf(answer.reason)}`, {
      cause: answer.reason,
    });
}
