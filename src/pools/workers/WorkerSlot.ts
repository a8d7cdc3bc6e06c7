import { take } from 'rxjs';
import { clearTimeout, setTimeout } from '../../platform/timers.ts';
import { decodeError } from '../../tasks/errors/decodeError.ts';
import { explainClone } from '../../tasks/explainClone.ts';
import { TaskCloneError, TaskLoadError } from '../../tasks/errors/errors.ts';
import type { AnyTask } from '../../tasks/Task.ts';
import { runInRootContext } from '../../platform/asyncContext.ts';
import { inContext } from '../../util/rx/inContext.ts';
import { messageOf } from '../../util/messageOf.ts';
import { nameOf } from '../shared/itemErrors.ts';
import { LiveWorker, type Answer, type Gone, type WorkerSettings } from './WorkerClient.ts';
import { permissionAdvice } from './node/permissionAdvice.ts';
import type { Job } from '../pool.ts';
import type { BootRequest, Loaded } from '../wire/messages.ts';
import { plainOrigin } from '../wire/plainOrigin.ts';
import { tsNodeHere } from './node/tsNodeHere.ts';
import { within } from './withTimeout.ts';
import { SCRIPT } from '../worker-side/node/workerFile.ts';
import { workersMissing } from './node/workerScript.ts';

/** What the workers of a pool are, and how they begin. */
export interface SlotSettings extends WorkerSettings {
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
export class Slot {
  private readonly settings: SlotSettings;
  private readonly startWorker: (settings: WorkerSettings) => LiveWorker;
  private live: LiveWorker | undefined;
  private booted: Promise<Gone | undefined> | undefined;
  /** Takes the place of the worker when that has been given all it may be. */
  private next: { readonly live: LiveWorker; readonly booted: Promise<Gone | undefined> } | undefined;
  private idle: NodeJS.Timeout | undefined;
  /** Runs whose end is waited for. */
  private readonly watched = new Set<number>();
  /** Runs that are over, and that the worker still has a task ready for. */
  private over: number[] = [];
  /** Resolves when the worker has heard of those, or is gone. */
  private told: Promise<void> | undefined;
  private working = false;
  /** Is called when a piece of work has ended, for who waits for it. */
  private rested: () => void = () => undefined;
  /** Resolve when workers that were let go have exited. */
  private readonly leaving = new Set<Promise<void>>();

  /** @param startWorker - Starts a worker; another in specs. */
  constructor(settings: SlotSettings, startWorker = (of: WorkerSettings): LiveWorker => new LiveWorker(of)) {
    this.settings = settings;
    this.startWorker = startWorker;
  }

  get kind(): SlotSettings['kind'] {
    return this.settings.kind;
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
    this.live?.ref();
    this.next?.live.ref();
  }

  /** Ends a piece of work. */
  pause(): void {
    this.working = false;
    this.rested();
    this.live?.unref();
    this.next?.live.unref();
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
  async ready(): Promise<LiveWorker | Gone> {
    await this.told;
    if (this.live !== undefined && this.leftFor(this.live) <= 0) this.retire(this.live);
    if (this.live?.dead === true) this.drop();
    const live = (this.live ??= this.start());
    this.booted ??= this.boot(live);
    try {
      const gone = await this.booted;
      if (gone === undefined) return live;
      if (this.live === live) this.drop();
      return gone;
    } catch (error) {
      if (this.live === live) this.drop();
      live.kill();
      throw error;
    }
  }

  /** How many items a worker may still be given. */
  leftFor(live: LiveWorker): number {
    return this.settings.maxTasks - live.given;
  }

  /** Counts items that a worker is given. With the last it may have, another one is started. */
  give(live: LiveWorker, items: number): void {
    live.given += items;
    if (this.leftFor(live) <= 0) this.startNext();
  }

  /** Starts the worker that is to take the place of this one, so that it has booted by then. */
  startNext(): void {
    if (this.next !== undefined) return;
    const next = this.start();
    const booted = this.boot(next);
    // Who comes to need it is told.
    booted.catch(() => undefined);
    this.next = { live: next, booted };
  }

  /** Lets go what was started to take the place of a worker that stays. */
  keep(live: LiveWorker): void {
    const { next } = this;
    if (next === undefined || this.leftFor(live) <= 0) return;
    this.next = undefined;
    this.release(next.live.end());
  }

  /**
   * Makes a job's task ready in a worker: once per worker and run.
   *
   * @returns the number of the run, or how the worker died meanwhile.
   * @throws TaskLoadError or TaskCloneError where it cannot be.
   */
  async open(live: LiveWorker, job: Job<unknown>): Promise<number | Gone> {
    const run = this.numberOf(job);
    if (live.opened.has(run)) return run;
    const { task, args } = job;
    const origin = plainOrigin(task.origin);
    let begun = (): void => undefined;
    const beginning = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const opening = live.call('open', { run, origin, style: task.style, args }, begun);
    if (live.given > 0) void endUnless(Promise.race([beginning, opening]), live);
    const answer = await within(opening, this.settings.bootTimeoutMs);
    if (answer === 'late') {
      live.kill();
      await live.gone;
      throw new TaskLoadError(`${nameOf(job)} did not load within the bootTimeout of ${ms(this.settings)}`);
    }
    if (answer.kind === 'gone') return answer;
    if (answer.kind === 'unsendable') {
      const cause = explainClone(args, answer.reason, 'sent');
      throw new TaskCloneError(`the args of ${nameOf(job)} cannot be sent to a ${this.kind}: ${messageOf(cause)}`, {
        cause,
      });
    }
    if (answer.kind === 'unreadable')
      throw new TaskLoadError(`${nameOf(job)} could not be made ready, and why cannot be read here`, {
        cause: answer.reason,
      });
    check(answer.value);
    live.opened.add(run);
    return run;
  }

  /** Lets the worker go; resolves when it has exited. */
  async end(): Promise<void> {
    clearTimeout(this.idle);
    const { live, next, working } = this;
    if (next !== undefined) this.release(next.live.end());
    this.next = undefined;
    if (live !== undefined) {
      this.drop();
      this.release(working ? this.endAfterWork(live) : live.end());
    }
    await Promise.all(this.leaving);
  }

  /** Remembers a worker that was let go until it has exited. */
  private release(exited: Promise<void>): void {
    this.leaving.add(exited);
    void exited.then(() => this.leaving.delete(exited));
  }

  /** Lets a task that was told to stop do so, for as long as it is given anyway. */
  private async endAfterWork(live: LiveWorker): Promise<void> {
    const rest = new Promise<void>((resolve) => {
      this.rested = resolve;
    });
    const ended = await within(Promise.race([rest, live.gone]), this.settings.graceMs);
    if (ended === 'late') live.kill();
    await live.end();
    await live.gone;
  }

  private start(): LiveWorker {
    const missing = workersMissing();
    if (missing !== undefined) throw new TaskLoadError(`a worker ${this.kind} cannot be started: ${missing}`);
    try {
      const live = this.startWorker(this.settings);
      if (!this.working) live.unref();
      return live;
    } catch (cause) {
      throw new TaskLoadError(
        `a worker ${this.kind} cannot be started: ${messageOf(cause)}${permissionAdvice(cause)}`,
        { cause },
      );
    }
  }

  private drop(): void {
    this.live = this.next?.live;
    this.booted = this.next?.booted;
    this.next = undefined;
    this.over = [];
  }

  /** Lets a worker go that has been given all it may be. */
  private retire(live: LiveWorker): void {
    this.drop();
    this.release(live.end());
  }

  private async boot(live: LiveWorker): Promise<Gone | undefined> {
    const { initializer, initArgs, bootTimeoutMs, kind } = this.settings;
    const request: BootRequest = {
      initializer: initializer && plainOrigin(initializer.origin),
      initArgs,
      tsNode: tsNodeHere(),
      parent: process.pid,
    };
    const answer = await within(live.call('boot', request), bootTimeoutMs);
    if (answer === 'late')
      throw new TaskLoadError(
        `a worker ${kind} (${SCRIPT})${initializer === undefined ? '' : ` and its initializer ${initializer.origin.name}`} did not boot within the bootTimeout of ${ms(this.settings)}`,
      );
    if (answer.kind === 'gone') return answer;
    checkBooted(answer, kind);
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
      if (this.working && this.live?.opened.has(run) !== true) this.over.push(run);
      else this.forget(run);
    };
    this.watched.add(run);
    // The run ends in a context of its own.
    ended$.pipe(take(1), inContext(runInRootContext)).subscribe({ complete: forget, error: forget });
  }

  /** Tells the worker which runs are over. */
  private forget(...more: readonly number[]): void {
    const { live, over, working } = this;
    this.over = [];
    const opened = [...over, ...more].filter((run) => live?.opened.delete(run));
    if (live === undefined || opened.length === 0) return;
    // What comes next waits for the answer of a worker that idles: one that does not answer is ended.
    if (working) void live.call('forget', opened);
    else this.told = this.tell(live, opened);
  }

  private async tell(live: LiveWorker, opened: readonly number[]): Promise<void> {
    await this.told;
    await endUnless(live.call('forget', opened), live);
  }
}

function ms({ bootTimeoutMs }: SlotSettings): string {
  return `${String(bootTimeoutMs)} ms`;
}

/** Ends a worker that does not answer, held up by what an item has left behind, for which no other is to wait. */
async function endUnless(heard: Promise<unknown>, live: LiveWorker): Promise<void> {
  if ((await within(heard, UNRESPONSIVE_MS)) === 'late') live.kill();
}

function check(loaded: Loaded): void {
  if (!loaded.ok) throw new TaskLoadError(loaded.message, { cause: decodeError(loaded.cause) });
}

function checkBooted(answer: Exclude<Answer<Loaded>, Gone>, kind: string): void {
  if (answer.kind === 'answer') check(answer.value);
  else if (answer.kind === 'unreadable')
    throw new TaskLoadError(`a worker ${kind} could not boot, and why cannot be read here`, { cause: answer.reason });
  else
    throw new TaskCloneError(`initArgs cannot be sent to a ${kind}: ${messageOf(answer.reason)}`, {
      cause: answer.reason,
    });
}
