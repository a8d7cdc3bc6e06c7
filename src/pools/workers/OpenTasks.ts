import { take } from 'rxjs';
import { runInRootContext } from '../../platform/context/asyncContext.ts';
import { TaskCloneError, TaskLoadError } from '../../tasks/errors/errors.ts';
import { explainClone } from '../../tasks/explainClone.ts';
import { messageOf } from '../../util/messageOf.ts';
import { inContext } from '../../util/rx/inContext.ts';
import type { Job } from '../pool.ts';
import { nameOf } from '../shared/itemErrors.ts';
import { plainOrigin } from '../wire/plainOrigin.ts';
import { checkLoaded } from './boot/checkLoaded.ts';
import { endUnless } from './boot/endUnless.ts';
import type { SlotSettings } from './resolveSettings.ts';
import type { WorkerClient, WorkerExit } from './WorkerClient.ts';
import { withTimeout } from './boot/withTimeout.ts';

/** The task of a run, with its arguments. */
export type OpenedRun = Pick<Job<unknown>, 'task' | 'args' | 'ended$'>;

/** Numbers the runs, by what all jobs of one have in common. */
const runs = new WeakMap<object, number>();
let lastRun = 0;

/** The tasks that are open in the worker of a slot, one of each run, until their runs are over. */
export class OpenTasks {
  private readonly settings: Pick<SlotSettings, 'launcher' | 'bootTimeoutMs'>;
  private readonly slot: { readonly current: WorkerClient | undefined; readonly isWorking: boolean };
  /** Runs whose end is waited for. */
  private readonly watched = new Set<number>();
  /** Runs that are over, and that the worker still has a task ready for. */
  private ended: number[] = [];
  private forgetting: Promise<void> | undefined;

  constructor(settings: OpenTasks['settings'], slot: OpenTasks['slot']) {
    this.settings = settings;
    this.slot = slot;
  }

  /** Resolves when the worker has forgotten the runs that are over, or has exited. Undefined if it had none to forget. */
  get forgotten(): Promise<void> | undefined {
    return this.forgetting;
  }

  /**
   * Makes a job's task ready in a worker: once per worker and run.
   *
   * @returns the number of the run, or how the worker died meanwhile.
   * @throws TaskLoadError or TaskCloneError where it cannot be.
   */
  async open(worker: WorkerClient, job: OpenedRun): Promise<number | WorkerExit> {
    const run = this.numberOf(job);
    if (worker.opened.has(run)) return run;
    const { launcher, bootTimeoutMs } = this.settings;
    const { task, args } = job;
    const origin = plainOrigin(task.origin);
    let begun = (): void => undefined;
    const beginning = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const opening = worker.call('open', { run, origin, style: task.style, args }, begun);
    if (worker.itemsGiven > 0) void endUnless(Promise.race([beginning, opening]), worker);
    const answer = await withTimeout(opening, bootTimeoutMs);
    if (answer === 'timeout') {
      worker.kill();
      await worker.exited;
      throw new TaskLoadError(`${nameOf(job)} did not load within the bootTimeout of ${String(bootTimeoutMs)} ms`);
    }
    if (answer.kind === 'exit') return answer;
    checkLoaded(
      answer,
      (reason) => {
        const cause = explainClone(args, reason, 'sent');
        const message = `the args of ${nameOf(job)} cannot be sent to a ${launcher.kind}: ${messageOf(cause)}`;
        return new TaskCloneError(message, { cause });
      },
      `${nameOf(job)} could not be made ready, and why cannot be read here`,
    );
    worker.opened.add(run);
    return run;
  }

  /** Tells the worker of the slot which runs are over. */
  forget(...more: readonly number[]): void {
    const { ended } = this;
    const { current, isWorking } = this.slot;
    this.ended = [];
    const opened = [...ended, ...more].filter((run) => current?.opened.delete(run));
    if (current === undefined || opened.length === 0) return;
    // The next job waits for the answer of a worker that idles: one that does not answer is ended.
    if (isWorking) void current.call('forget', opened);
    else this.forgetting = this.sendForget(current, opened);
  }

  /** The slot has another worker, which has no task ready. */
  clear(): void {
    this.ended = [];
  }

  private numberOf({ ended$ }: OpenedRun): number {
    const run = runs.get(ended$) ?? (lastRun += 1);
    runs.set(ended$, run);
    if (!this.watched.has(run)) this.watchEnd(ended$, run);
    return run;
  }

  private watchEnd(ended$: Job<unknown>['ended$'], run: number): void {
    const forget = (): void => {
      const { current, isWorking } = this.slot;
      this.watched.delete(run);
      // A task that is being loaded for it is forgotten when it is there.
      if (isWorking && current?.opened.has(run) !== true) this.ended.push(run);
      else this.forget(run);
    };
    this.watched.add(run);
    // The run ends in a context of its own.
    ended$.pipe(take(1), inContext(runInRootContext)).subscribe({ complete: forget, error: forget });
  }

  private async sendForget(worker: WorkerClient, opened: readonly number[]): Promise<void> {
    await this.forgetting;
    await endUnless(worker.call('forget', opened), worker);
  }
}
