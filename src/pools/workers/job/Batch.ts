import { filter } from 'rxjs';
import { nowMs } from '../../../platform/time/nowMs.ts';
import { UNRESPONSIVE_MS } from '../boot/killIfUnresponsive.ts';
import type { Job } from '../../pool.ts';
import { indexAt } from '../../../util/indexAt.ts';
import { taskError, timeoutError } from '../../shared/itemErrors.ts';
import { timeoutGrace } from '../../shared/timeoutGrace.ts';
import { fromColumn } from '../../wire/fromColumn.ts';
import type { BatchReply, BatchRequest, ExitReport, OpenRequest } from '../../wire/messages.ts';
import { toColumn } from '../../wire/toColumn.ts';
import { MAX_YIELDS } from '../../wire/yields.ts';
import type { Answer, Listener, WorkerClient, WorkerExit } from '../WorkerClient.ts';
import type { WorkerSlot } from '../WorkerSlot.ts';
import { Begin } from './Begin.ts';
import type { LostBatch } from './blame.ts';
import type { Cancellation } from './Cancellation.ts';
import type { JobProgress } from './JobProgress.ts';
import type { StoppableCalls } from './StoppableCalls.ts';
import { Watchdog } from './Watchdog.ts';
import { sentError, unreadableError } from './workerErrors.ts';

/** How many times as long as their sending items may take to arrive. */
const ARRIVAL_FACTOR = 20;

let lastBatch = 0;

/** The end of a batch, as far as its job has to act on it. */
export type BatchEnd =
  /** Nothing is left to do for this batch. */
  | { readonly kind: 'over' }
  | { readonly kind: 'unsendable'; readonly reason: unknown }
  /** A message could not be read. It may belong to any item that has not settled. */
  | { readonly kind: 'unreadable' }
  | WorkerExit
  /** The task could not be loaded. */
  | { readonly kind: 'notLoaded'; readonly value: NonNullable<BatchReply['notLoaded']> }
  /** The task was not loaded in time, and the worker was killed. */
  | { readonly kind: 'loadTimeout' }
  /** The worker answered, and no item has settled. */
  | { readonly kind: 'empty' };

/** The parts of a job that its batches share. */
export interface JobParts {
  readonly slot: WorkerSlot;
  readonly job: Job<unknown>;
  readonly progress: JobProgress;
  readonly calls: StoppableCalls;
  readonly cancellation: Cancellation;
}

const OVER: BatchEnd = { kind: 'over' };

/** How a batch is sent. */
export interface BatchConfig {
  /** Whether each result has a message of its own, to find one that cannot be read. */
  readonly resultPerMessage: boolean;
  /** Whether the worker has to show that it begins. */
  readonly tellsBegin: boolean;
  /** Loads the task first; undefined if the worker has it. */
  readonly open: OpenRequest | undefined;
}

/** One batch of items in a worker, from sending it to its end, including the yields of its last item. */
export class Batch {
  private readonly parts: JobParts;
  private readonly worker: WorkerClient;
  private readonly items: readonly unknown[];
  /** The position in the job of the first item. */
  private readonly first: number;
  private readonly resultPerMessage: boolean;
  private readonly open: OpenRequest | undefined;
  /** Where the worker has to tell that it begins. */
  private readonly begin: Begin | undefined;
  private readonly watchdog: Watchdog | undefined;
  /** `running`: results count. In the other states the batch has been told to stop, and its messages are ignored. */
  private state: 'running' | 'ignored' | 'unreadable' = 'running';
  private messages = 0;
  private settled = false;
  /** Whether the generator of the first unsettled item has yielded. */
  private yielded = false;
  private exitReport: ExitReport | undefined;

  constructor(
    parts: JobParts,
    worker: WorkerClient,
    items: readonly unknown[],
    { resultPerMessage, tellsBegin, open }: BatchConfig,
  ) {
    const { timeout } = parts.job;
    this.parts = parts;
    this.worker = worker;
    this.items = items;
    this.first = parts.progress.position;
    if (timeout !== undefined)
      this.watchdog = new Watchdog(timeout, () => {
        this.timedOut();
      });
    this.open = open;
    this.begin = tellsBegin || open !== undefined ? new Begin() : undefined;
    this.resultPerMessage = resultPerMessage || this.watchdog !== undefined;
  }

  /** Whether the worker has received the items and loaded their task, as far as is known. */
  get hasBegun(): boolean {
    return this.begin?.isKnown !== false;
  }

  /** Whether it loads the task. */
  get loads(): boolean {
    return this.open !== undefined;
  }

  /** When the worker has told that it begins; undefined if it need not tell. */
  get begunAtMs(): number | undefined {
    return this.begin?.atMs;
  }

  /** Whether an item has settled, or a generator has yielded. */
  get hasSettled(): boolean {
    return this.settled;
  }

  /** Sends the items, and waits for their end. */
  async run(run: number): Promise<BatchEnd> {
    const { items, worker, first, resultPerMessage, begin, open } = this;
    const { job, progress, slot } = this.parts;
    let transfers: readonly Transferable[] | undefined;
    try {
      const { transfer } = job;
      transfers = transfer && items.flatMap((item) => transfer(item));
    } catch (error) {
      progress.fail(taskError(job, first, error));
      return OVER;
    }
    slot.give(worker, items.length);
    const batch = (lastBatch += 1);
    // The items stay here, for another worker if this one dies.
    const column = transfers === undefined ? toColumn(items) : undefined;
    const request: BatchRequest = {
      run,
      open,
      batch,
      first: indexAt(job, first),
      attempt: job.attempt,
      items: column ?? items,
      tellsBegin: begin !== undefined,
      resultPerMessage,
    };

    try {
      if (begin === undefined) this.watchdog?.start();
      const sentAtMs = nowMs();
      const moved = column === undefined ? transfers : [column.buffer];
      const call = worker.call('batch', this.numbered(request), this.receive, moved);
      const sentMs = nowMs() - sentAtMs;
      progress.sentMs += sentMs;
      // Large items take their time to arrive.
      const limitMs = open === undefined ? UNRESPONSIVE_MS : slot.bootTimeoutMs;
      if (begin !== undefined) void begin.limit(call, limitMs + ARRIVAL_FACTOR * sentMs, worker);
      return this.endOf(await this.pull(await this.ask(call, batch), batch));
    } finally {
      this.watchdog?.stop();
    }
  }

  /** Adds the indices of the items if they are not consecutive. Other requests are not copied, and have no more to send. */
  private numbered(request: BatchRequest): BatchRequest {
    const { indices } = this.parts.job;
    if (indices === undefined) return request;
    return { ...request, indices: indices.slice(this.first, this.first + this.items.length) };
  }

  /** Ignores all further messages, and stops the running call, if there is one. */
  cancel(): void {
    const { calls, job } = this.parts;
    // A task that may run to its end is still ended at its timeout.
    if (job.graceMs === undefined) this.watchdog?.stop();
    this.state = 'ignored';
    if (calls.isCalling()) void calls.stop(job.graceMs);
  }

  /** The facts about this lost batch from which {@link blame} decides. */
  factsOf(end: BatchEnd, silentBefore: number): LostBatch {
    const { items, exitReport, messages, yielded } = this;
    const { job, progress } = this.parts;
    const isFirst = exitReport !== undefined && this.first + exitReport.at === progress.position;
    return {
      items: items.length,
      unsettled: this.unsettled,
      isAnswered: end.kind === 'empty',
      hasReceived: messages > 0,
      reported: exitReport && (isFirst ? 'first' : 'other'),
      hasReason: end.kind === 'exit' && (end.death.signal !== undefined || end.cause !== undefined),
      hasYielded: yielded,
      isMoved: job.transfer !== undefined,
      silentBefore,
    };
  }

  private get unsettled(): number {
    return Math.max(0, this.first + this.items.length - this.parts.progress.position);
  }

  private isRunning(): boolean {
    return this.state === 'running';
  }

  /** Pulls yields from the generator of the last item until it ends. Stops if a pull brings no message: that is a fault. */
  private async pull(first: BatchAnswer, batch: number): Promise<BatchAnswer> {
    const { worker, resultPerMessage } = this;
    const { job, calls, cancellation } = this.parts;
    let answer = first;
    let max = 8;
    for (let messages = 0; answer.kind === 'answer' && answer.value.generating && this.messages > messages;) {
      if (!this.isRunning()) break;
      messages = this.messages;
      await cancellation.first(job.flowing$.pipe(filter(Boolean)));
      if (cancellation.isCancelled()) {
        await calls.stop(job.graceMs);
        break;
      }
      this.watchdog?.start();
      answer = await this.ask(worker.pull({ max, resultPerMessage }, this.receive), batch);
      max = Math.min(2 * max, MAX_YIELDS);
    }
    return answer;
  }

  private endOf(answer: BatchAnswer): BatchEnd {
    if (this.state === 'unreadable') return { kind: 'unreadable' };
    if (this.state === 'ignored') return OVER;
    if (answer.kind === 'exit' && this.loads && this.begin?.hasTimedOut === true) return { kind: 'loadTimeout' };
    if (answer.kind === 'exit' || answer.kind === 'unsendable') return answer;
    if (answer.kind === 'unreadable' && !this.hasBegun) return answer;
    if (answer.kind === 'answer' && answer.value.notLoaded !== undefined)
      return { kind: 'notLoaded', value: answer.value.notLoaded };
    return this.parts.progress.position === this.first ? { kind: 'empty' } : OVER;
  }

  private async ask(call: Promise<BatchAnswer>, batch: number): Promise<BatchAnswer> {
    const answer = await this.parts.calls.ask(this.worker, call, batch);
    this.watchdog?.stop();
    if (answer.kind === 'answer') this.addWork(answer.value);
    return answer;
  }

  private addWork({ workedMs }: BatchReply): void {
    this.parts.slot.addWork(workedMs);
    this.parts.progress.workedMs += workedMs;
  }

  private timedOut(): void {
    const { job, progress, calls, slot } = this.parts;
    if (!calls.isCalling()) return;
    const isLate = this.unsettled > 0;
    this.abandon('ignored', timeoutGrace(job.graceMs, slot.graceMs));
    // All items may have settled although the worker does not answer.
    if (isLate) progress.fail(timeoutError(job, progress.position));
  }

  /** Ignores all further messages of the batch, and stops it. */
  private abandon(state: 'ignored' | 'unreadable', graceMs?: number): void {
    this.state = state;
    this.watchdog?.stop();
    void this.parts.calls.stop(graceMs);
  }

  /** Fails the item whose result cannot be read. If that is unknown, the rest runs again with one result per message. */
  private unreadable(reason: unknown): void {
    const { job, progress } = this.parts;
    // The answer that the task cannot be loaded. It does not come again.
    if (!this.hasBegun) {
      this.worker.kill();
      return;
    }
    // A generator that has yielded never runs again. No message holds both its end and results of other items.
    const isKnown = this.resultPerMessage || this.items.length === 1 || this.yielded;
    this.abandon(isKnown ? 'ignored' : 'unreadable');
    if (isKnown && this.unsettled > 0) progress.fail(unreadableError(job, progress.position, reason));
  }

  private readonly receive: Listener = (event) => {
    if (event.kind === 'exitReport') {
      this.exitReport = event;
      this.parts.calls.expectExit();
      return;
    }
    if (event.kind === 'begun') {
      this.begin?.tell();
      if (this.open !== undefined) this.worker.opened.add(this.open.run);
      // A task that may run to its end is still ended at its timeout.
      if (this.isRunning() || this.parts.job.graceMs !== undefined) this.watchdog?.start();
      return;
    }
    if (!this.isRunning()) return;
    this.messages += 1;
    if (event.kind === 'unreadable') {
      this.unreadable(event.reason);
      return;
    }
    const { job, progress } = this.parts;
    const { values, errors, yields, reply } = event;
    const from = this.first + event.from;
    // An earlier result is missing: the job sends the items from there on again.
    if (from !== progress.position) return;
    this.settled = true;
    this.yielded = yields?.ended === false;
    this.watchdog?.start();
    const failed = errors?.map((error) => [error.at, sentError(job, from + error.at, error)] as const);
    progress.settle({ values: fromColumn(values), errors: failed, yields }, reply !== undefined);
  };
}

type BatchAnswer = Answer<BatchReply>;
