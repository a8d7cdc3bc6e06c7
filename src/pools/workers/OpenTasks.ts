import { take } from 'rxjs';
import { runInRootContext } from '../../platform/context/asyncContext.ts';
import { TaskCloneError } from '../../tasks/errors/errors.ts';
import { explainClone } from '../../tasks/explainClone.ts';
import { messageOf } from '../../util/messageOf.ts';
import { inContext } from '../../util/rx/inContext.ts';
import type { Job } from '../pool.ts';
import { nameOf } from '../shared/itemErrors.ts';
import type { Loaded, OpenRequest } from '../wire/messages.ts';
import { plainOrigin } from '../wire/plainOrigin.ts';
import { checkLoaded } from './boot/checkLoaded.ts';
import { KeptTasks } from './boot/KeptTasks.ts';
import { killIfUnresponsive, isResponsive } from './boot/killIfUnresponsive.ts';
import type { SlotSettings } from './config/resolveSettings.ts';
import { loadTimeout } from './job/workerErrors.ts';
import type { Answer, WorkerClient, WorkerExit } from './WorkerClient.ts';
import { withTimeout } from './boot/withTimeout.ts';

/** The task of a run, with its arguments. */
export type OpenedRun = Pick<Job<unknown>, 'task' | 'args' | 'ended$'>;

/** The number of each run, by `ended$`, which all jobs of a run share. */
const runNumbers = new WeakMap<object, number>();
let lastRun = 0;

/** The tasks that the worker of a slot has loaded: one for each run, until the run ends. */
export class OpenTasks {
  private readonly settings: Pick<SlotSettings, 'launcher' | 'bootTimeoutMs'>;
  private readonly slot: { readonly current: WorkerClient | undefined; readonly isWorking: boolean };
  /** The runs whose `ended$` has a subscriber here. */
  private readonly watched = new Set<number>();
  /** The ended runs whose task the worker still has. */
  private endedRuns: number[] = [];
  private forgetting: Promise<void> | undefined;
  private readonly kept = new KeptTasks();
  /** The number of the run whose job was the last. */
  private lastRun = 0;
  private unproven = false;

  constructor(settings: OpenTasks['settings'], slot: OpenTasks['slot']) {
    this.settings = settings;
    this.slot = slot;
  }

  /** Resolves when the worker has forgotten the ended runs, or has exited. Undefined if it was never asked to forget one. */
  get forgotten(): Promise<void> | undefined {
    return this.forgetting;
  }

  /**
   * Whether the worker has not shown since the last run that it receives messages: it has the task of the last job that was
   * opened from an earlier run. Code that an earlier item left running may block it.
   */
  get isUnproven(): boolean {
    return this.unproven;
  }

  /**
   * Loads a job's task in a worker, unless it has it: from an earlier job of the run, or from an earlier run.
   *
   * @returns the number of the run, or the exit of the worker if it died meanwhile.
   * @throws TaskLoadError if the task does not load; TaskCloneError if its arguments cannot be sent.
   */
  async open(worker: WorkerClient, job: OpenedRun): Promise<number | WorkerExit> {
    const { run, request } = this.prepare(worker, job);
    if (request === undefined) return run;
    const { bootTimeoutMs } = this.settings;
    const answer = await withTimeout(worker.call('open', request), bootTimeoutMs);
    if (answer === 'timeout') {
      worker.kill();
      await worker.exited;
      throw loadTimeout(job, bootTimeoutMs);
    }
    if (answer.kind === 'exit') return answer;
    this.checkLoaded(job, answer);
    worker.opened.add(run);
    return run;
  }

  /** The number of the run of a job, and the request that loads its task; undefined if the worker has it. */
  prepare(worker: WorkerClient, job: OpenedRun): { readonly run: number; readonly request: OpenRequest | undefined } {
    const run = this.numberOf(job);
    const ofRun = numberOfRun(job);
    this.unproven = worker.opened.has(run) && ofRun !== this.lastRun && worker.itemsGiven > 0;
    this.lastRun = ofRun;
    if (worker.opened.has(run)) return { run, request: undefined };
    const { task, args } = job;
    // Code that an earlier item left running may block the worker: it has to show that it receives messages. A short message
    // asks for that, since `args` may take long to arrive.
    if (worker.itemsGiven > 0) void isResponsive(worker);
    return { run, request: { run, origin: plainOrigin(task.origin), style: task.style, args } };
  }

  /** @throws TaskLoadError if the task does not load; TaskCloneError if its arguments cannot be sent. */
  private checkLoaded(job: OpenedRun, answer: Exclude<Answer<Loaded>, WorkerExit>): void {
    checkLoaded(
      answer,
      (reason) => {
        const cause = explainClone(job.args, reason, 'sent');
        const { kind } = this.settings.launcher;
        const message = `the args of ${nameOf(job)} cannot be sent to a ${kind}: ${messageOf(cause)}`;
        return new TaskCloneError(message, { cause });
      },
      `${nameOf(job)} could not be made ready, and its error cannot be read here`,
    );
  }

  /** Tells the worker of the slot which runs have ended. */
  forget(...more: readonly number[]): void {
    const { endedRuns } = this;
    const { current, isWorking } = this.slot;
    this.endedRuns = [];
    const opened = [...endedRuns, ...more].filter((run) => current?.opened.delete(run));
    if (current === undefined || opened.length === 0) return;
    // The next job waits for this answer if the worker is idle, so a worker that does not answer is killed.
    if (isWorking) void current.call('forget', opened);
    else this.forgetting = this.sendForget(current, opened);
  }

  /** The slot has another worker, which has loaded no task. */
  clear(): void {
    this.endedRuns = [];
  }

  private numberOf(job: OpenedRun): number {
    if (KeptTasks.keeps(job))
      return this.kept.numberOf(job, nextNumber, (dropped) => {
        this.forget(dropped);
      });
    const run = numberOfRun(job);
    if (!this.watched.has(run)) this.watchEnd(job.ended$, run);
    return run;
  }

  private watchEnd(ended$: Job<unknown>['ended$'], run: number): void {
    const forget = (): void => {
      const { current, isWorking } = this.slot;
      this.watched.delete(run);
      // While the worker still loads the task it cannot forget it: `forget` runs again when the slot pauses.
      if (isWorking && current?.opened.has(run) !== true) this.endedRuns.push(run);
      else this.forget(run);
    };
    this.watched.add(run);
    // The slot outlives the run, so it must not keep the async context of the run.
    ended$.pipe(take(1), inContext(runInRootContext)).subscribe({ complete: forget, error: forget });
  }

  private async sendForget(worker: WorkerClient, opened: readonly number[]): Promise<void> {
    await this.forgetting;
    await killIfUnresponsive(worker.call('forget', opened), worker);
  }
}

function nextNumber(): number {
  return (lastRun += 1);
}

function numberOfRun({ ended$ }: OpenedRun): number {
  const run = runNumbers.get(ended$) ?? nextNumber();
  runNumbers.set(ended$, run);
  return run;
}
