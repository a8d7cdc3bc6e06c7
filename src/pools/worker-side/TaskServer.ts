import { nowMs } from '../../platform/time/nowMs.ts';
import { eventLoopTurn } from '../../platform/time/eventLoopTurn.ts';
import type { CodedError } from '../../tasks/errors/CodedError.ts';
import { setCurrentTask } from '../../tasks/currentTask.ts';
import { explainReference } from '../../tasks/inline/explainReference.ts';
import { isIterator, isPromiseLike } from '../../tasks/isIterator.ts';
import { checkStep } from '../../util/checkStep.ts';
import { BatchTask } from './BatchTask.ts';
import type { OpenTask } from './CallServer.ts';
import { TaskLoader } from './TaskLoader.ts';
import { ResultBuffer, type Wire } from './ResultBuffer.ts';
import {
  ANSWERED,
  type BatchReply,
  type BatchRequest,
  type BootRequest,
  type Loaded,
  type OpenRequest,
  type PullRequest,
} from '../wire/messages.ts';
import { YIELD_MS } from '../wire/yields.ts';

/** The functions that a task server needs from its thread or process. */
export interface WorkerEnvironment extends Wire {
  readonly encode: (thrown: unknown) => CodedError;
  /**
   * Waits for an event-loop turn, in which unhandled rejections are raised. Restores the delivery of messages if a task has
   * broken it, and waits for pending output. Resolves to false if the worker cannot go on.
   */
  readonly recover: () => Promise<boolean>;
  /** Answers the last `batch` or `pull` call, whose answer was part of an event. */
  readonly answerAgain: (reply: BatchReply) => void;
  /** Ends the worker. */
  readonly exit: () => void;
}

/** The time that results may stay in the buffer, in milliseconds: most chunks take less, and send all results at their end. */
const FLUSH_MS = 40;
/** The maximum number of yields of a generator that are sent before the first pull. */
const FIRST_YIELDS = 64;

/** A running batch. */
interface Running {
  readonly task: BatchTask;
  readonly results: ResultBuffer;
  readonly request: BatchRequest;
  /** The task; undefined while it is being loaded. */
  open: OpenTask | undefined;
  /** The position of the running item, or of the next item. */
  at: number;
  /** The generator of that item, until it ends. */
  generator: Iterator<unknown> | AsyncIterator<unknown> | undefined;
  /** Whether a `batch` or `pull` call of this batch is running. */
  active: boolean;
}

/** Answers the calls of a pool in a worker: loads tasks, runs batches one after the other, and holds at most one generator. */
export class TaskServer {
  private readonly environment: WorkerEnvironment;
  private readonly loader: TaskLoader;
  private running: Running | undefined;
  /** The last batch, if its answer was part of an event. */
  private answered: { readonly batch: number; readonly reply: BatchReply } | undefined;

  constructor(environment: WorkerEnvironment) {
    this.environment = environment;
    this.loader = new TaskLoader(environment.encode);
  }

  boot(request: BootRequest): Promise<Loaded> {
    return this.loader.boot(request);
  }

  /** Runs the teardown of the pool, and waits for what it prints. */
  async teardown(): Promise<void> {
    await this.loader.teardown();
    await this.environment.recover();
  }

  open(request: OpenRequest): Promise<Loaded> {
    return this.loader.open(request);
  }

  /** The task that was loaded for a run. */
  taskOf(run: number): OpenTask | undefined {
    return this.loader.taskOf(run);
  }

  forget(runs: readonly number[]): void {
    this.loader.forget(runs);
  }

  async batch(request: BatchRequest): Promise<BatchReply | typeof ANSWERED> {
    const running: Running = {
      task: new BatchTask(),
      results: new ResultBuffer(this.environment, this.environment.encode),
      request,
      open: undefined,
      at: 0,
      generator: undefined,
      active: true,
    };
    this.running = running;
    if (request.open !== undefined) {
      const loaded = await this.loader.open(request.open);
      if (!loaded.ok) {
        this.endBatch(running);
        return { generating: false, notLoaded: loaded, workedMs: 0 };
      }
      running.results.begin();
    }
    running.open = this.taskOf(request.run);
    if (request.tellsBegin) this.environment.emit({ kind: 'begun' }, []);
    return await this.work(running);
  }

  async pull({ max, resultPerMessage }: PullRequest): Promise<BatchReply | typeof ANSWERED> {
    const running = this.running as Running;
    running.active = true;
    await this.step(running, max, resultPerMessage);
    return await this.work(running);
  }

  async stop(batch: number): Promise<void> {
    const { running, answered } = this;
    if (answered?.batch === batch) this.environment.answerAgain(answered.reply);
    if (running?.request.batch !== batch) return;
    running.task.abort();
    if (running.active) return;
    await closeGenerator(running);
    this.endBatch(running);
  }

  /** Sends the results of earlier items, then reports the exit and the running item. */
  reportExit(exitCode: number, ...uncaught: [error?: unknown]): void {
    const running = this.running?.active === true ? this.running : undefined;
    if (running === undefined && !this.loader.isLoading) return;
    this.running = undefined;
    this.loader.isLoading = false;
    const at = running === undefined || running.at < running.request.items.length ? (running?.at ?? 0) : running.at - 1;
    running?.results.flush(at);
    const report = { kind: 'exitReport', at, exitCode } as const;
    if (uncaught.length === 0) {
      this.environment.emit(report, []);
      return;
    }
    try {
      this.environment.emit({ ...report, uncaught: this.environment.encode(uncaught[0]) }, []);
    } catch {
      // The error is too large, or a task has replaced built-in functions. The exit is reported without it.
      this.environment.emit(report, []);
    }
  }

  /** Runs items until all have settled, or a generator has to wait for a pull, or the batch is told to stop. */
  private async work(running: Running): Promise<BatchReply | typeof ANSWERED> {
    const { task, results, request } = running;
    const open = running.open as OpenTask;
    const { items, first, indices, resultPerMessage } = request;
    const begunAtMs = nowMs();
    let checkAt = running.at;
    this.answered = undefined;
    task.attempt = request.attempt;
    setCurrentTask(task);

    try {
      while (running.generator === undefined && running.at < items.length && !task.aborted) {
        const { at } = running;
        task.begin(indices === undefined ? first + at : (indices[at] as number));
        try {
          let result = open.call(items[at]);
          if (isPromiseLike(result)) {
            results.flushIn(FLUSH_MS);
            result = await result;
          }
          if (isIterator(result)) {
            running.generator = result;
            await this.step(running, FIRST_YIELDS, resultPerMessage);
            continue;
          }
          results.add(at, result);
        } catch (error) {
          results.fail(at, open.inline ? explainReference(error, open.name) : error);
        }

        // The last result goes with the answer, unless a timeout may wait for it.
        const isDue = at >= checkAt && at + 1 < items.length && results.isDueAfter(FLUSH_MS);
        if (resultPerMessage || results.full || isDue) {
          // An unhandled rejection ends the worker in this turn, while its item still counts as running.
          await eventLoopTurn();
          results.flush();
        }
        // Reading the clock costs as much as an empty task, so it is read more rarely the longer a batch is.
        if (at >= checkAt) checkAt = at + 1 + (at >> 5);
        running.at = at + 1;
      }

      const isHealthy = await this.environment.recover();
      if (task.aborted) await closeGenerator(running);
      const reply: BatchReply = { generating: running.generator !== undefined, workedMs: nowMs() - begunAtMs };
      if (isHealthy) {
        if (!results.end(reply)) return reply;
        this.answered = { batch: request.batch, reply };
        return ANSWERED;
      }
      // All results so far count. Another worker runs the other items.
      results.flush();
      running.active = running.generator !== undefined;
      this.environment.exit();
      return reply;
    } finally {
      results.flush();
      setCurrentTask(undefined);
      running.active = false;
      if (running.generator === undefined) this.endBatch(running);
    }
  }

  /** Takes yields from the generator of the running item, and settles the item when the generator ends. */
  private async step(running: Running, max: number, resultPerMessage: boolean): Promise<void> {
    const { task, results, at, generator } = running;
    if (generator === undefined) return;
    setCurrentTask(task);
    const until = nowMs() + YIELD_MS;
    let left = max;
    let sent = true;
    results.flush();

    try {
      do {
        const next = generator.next();
        if (isPromiseLike(next)) results.flushIn(YIELD_MS);
        const { done, value } = checkStep<unknown>(isPromiseLike(next) ? await next : next);
        if (done === true) {
          results.endYields(at);
          this.next(running);
        } else {
          results.addYield(at, value);
          left -= 1;
        }
        if (resultPerMessage && running.generator !== undefined) {
          await eventLoopTurn();
          sent = results.flush();
        }
      } while (
        sent &&
        running.generator !== undefined &&
        left > 0 &&
        !results.full &&
        nowMs() < until &&
        !task.aborted
      );
    } catch (error) {
      results.fail(at, running.open?.inline === true ? explainReference(error, running.open.name) : error);
      this.next(running);
    }

    if (results.flush() && sent) return;
    // A yield that cannot be sent fails the item, once the generator is closed: until then the item counts as running.
    await closeGenerator(running);
    results.failYield();
    running.at = at + 1;
  }

  /** Keeps nothing of an ended batch in memory. */
  private endBatch(running: Running): void {
    if (this.running === running) this.running = undefined;
  }

  private next(running: Running): void {
    running.generator = undefined;
    running.at += 1;
  }
}

/** Runs the `finally` of a generator that is no longer needed. */
async function closeGenerator(running: Running): Promise<void> {
  const { generator } = running;
  running.generator = undefined;
  try {
    await generator?.return?.();
  } catch {
    // The item has failed, or the run has been unsubscribed from: nothing can receive this error.
  }
}
