import { nowMs } from '../../platform/time/nowMs.ts';
import { eventLoopTurn } from '../../platform/time/eventLoopTurn.ts';
import { callable } from '../../tasks/callable.ts';
import type { CodedError } from '../../tasks/errors/CodedError.ts';
import { setCurrentTask } from '../../tasks/currentTask.ts';
import { TaskLoadError } from '../../tasks/errors/errors.ts';
import { explainReference } from '../../tasks/inline/explainReference.ts';
import { isIterator, isPromiseLike } from '../../tasks/isIterator.ts';
import { loadTask } from '../../tasks/module/loadTask.ts';
import { whileLoading } from '../../tasks/module/importGuard.ts';
import type { TaskOrigin } from '../../tasks/Task.ts';
import { checkStep } from '../../util/checkStep.ts';
import { messageOf } from '../../util/messageOf.ts';
import { BatchTask } from './BatchTask.ts';
import type { OpenTask } from './CallServer.ts';
import { ResultBuffer, type Wire } from './ResultBuffer.ts';
import type { BatchReply, BatchRequest, BootRequest, Loaded, OpenRequest, PullRequest } from '../wire/messages.ts';

/** The things that a task server needs of the thread or process it runs in. */
export interface WorkerEnvironment extends Wire {
  readonly encode: (thrown: unknown) => CodedError;
  /**
   * Waits an event-loop turn, in which errors come that nobody waits for, sees to it that the worker hears its pool, whatever a task has
   * done, and waits for what would be lost of its output. Resolves to false if the worker cannot go on.
   */
  readonly recover: () => Promise<boolean>;
  /** Ends the worker, which has nothing to do. */
  readonly exit: () => void;
}

/** How long results may wait before they are sent, in milliseconds: longer than most chunks take, which end with a message. */
const FLUSH_MS = 40;
/** How long a generator may go on before its yields are sent, in milliseconds. */
const YIELD_MS = 20;
/** The first yields of a generator, which are sent without being asked for. */
const FIRST_YIELDS = 64;

/** A running batch. */
interface Running {
  readonly task: BatchTask;
  readonly results: ResultBuffer;
  readonly request: BatchRequest;
  readonly open: OpenTask;
  /** The position of the running item, or of the next one. */
  at: number;
  /** The generator of that item, while it goes on. */
  generator: Iterator<unknown> | AsyncIterator<unknown> | undefined;
  /** Whether a call of this batch, or of its generator, is under way. */
  active: boolean;
}

/** Answers the calls of a pool in the worker: loads tasks, runs batches one after the other, and holds one generator. */
export class TaskServer {
  private readonly environment: WorkerEnvironment;
  private readonly opened = new Map<number, OpenTask>();
  private running: Running | undefined;
  /** Whether it boots, or makes a task ready. */
  private loading = false;

  constructor(environment: WorkerEnvironment) {
    this.environment = environment;
  }

  boot({ initializer, initArgs }: BootRequest): Promise<Loaded> {
    return this.answer('the initializer threw', initializer, 'initArgs', async () => {
      if (initializer === undefined) return;
      const loaded = await whileLoading(initializer, loadTask(initializer));
      await loaded(...initArgs);
    });
  }

  open({ run, origin, style, args }: OpenRequest): Promise<Loaded> {
    return this.answer(`task ${origin.name} could not be made ready`, origin, 'args', async () => {
      this.environment.emit({ kind: 'loading' }, []);
      const loaded = await whileLoading(origin, loadTask(origin));
      this.opened.set(run, {
        call: callable(loaded, style, args),
        name: origin.name,
        inline: origin.kind === 'source',
      });
    });
  }

  /** The task that was made ready for a run. */
  taskOf(run: number): OpenTask | undefined {
    return this.opened.get(run);
  }

  forget(runs: readonly number[]): void {
    for (const run of runs) this.opened.delete(run);
  }

  async batch(request: BatchRequest): Promise<BatchReply> {
    const running: Running = {
      task: new BatchTask(),
      results: new ResultBuffer(this.environment, this.environment.encode),
      request,
      open: this.opened.get(request.run) as OpenTask,
      at: 0,
      generator: undefined,
      active: true,
    };
    this.running = running;
    return await this.work(running);
  }

  async pull({ max, resultPerMessage }: PullRequest): Promise<BatchReply> {
    const running = this.running as Running;
    running.active = true;
    await this.step(running, max, resultPerMessage);
    return await this.work(running);
  }

  async stop(batch: number): Promise<void> {
    const { running } = this;
    if (running?.request.batch !== batch) return;
    running.task.abort();
    if (running.active) return;
    await closeGenerator(running);
    this.endBatch(running);
  }

  /** Sends the results that wait, and reports the item that was running. */
  reportExit(exitCode: number, ...uncaught: [error?: unknown]): void {
    const running = this.running?.active === true ? this.running : undefined;
    if (running === undefined && !this.loading) return;
    this.running = undefined;
    this.loading = false;
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
      // The error cannot be told, since it is too large, or what is built in has been replaced. The death can.
      this.environment.emit(report, []);
    }
  }

  /** Runs items until all have settled, or one gives a generator that goes on, or the batch is told to stop. */
  private async work(running: Running): Promise<BatchReply> {
    const { task, results, request, open } = running;
    const { items, resultPerMessage } = request;
    let checkAt = running.at;
    task.attempt = request.attempt;
    setCurrentTask(task);

    try {
      while (running.generator === undefined && running.at < items.length && !task.aborted) {
        const { at } = running;
        task.begin(request.first + at);
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

        if (resultPerMessage || results.full || (at >= checkAt && results.isDueAfter(FLUSH_MS))) {
          // A promise that nobody waits for may reject in this turn, and end the worker: while the item still counts as running.
          await eventLoopTurn();
          results.flush();
        }
        // Reading the clock costs as much as an empty task: the longer a batch goes on, the rarer it is read.
        if (at >= checkAt) checkAt = at + 1 + (at >> 5);
        running.at = at + 1;
      }

      const well = await this.environment.recover();
      if (task.aborted) await closeGenerator(running);
      const reply: BatchReply = { generating: running.generator !== undefined };
      if (well) results.end(reply);
      else {
        // All results so far count. A new worker does the rest.
        results.flush();
        running.active = running.generator !== undefined;
        this.environment.exit();
      }
      return reply;
    } finally {
      results.flush();
      setCurrentTask(undefined);
      running.active = false;
      if (running.generator === undefined) this.endBatch(running);
    }
  }

  /** Takes yields of the generator of the running item; settles the item when it ends. */
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
      results.fail(at, running.open.inline ? explainReference(error, running.open.name) : error);
      this.next(running);
    }

    if (results.flush() && sent) return;
    // A yield that cannot be sent settles the item: the generator is not wanted any more, but ends on this item's time.
    await closeGenerator(running);
    results.failYield();
    running.at = at + 1;
  }

  /** Keeps nothing of a batch that is over. */
  private endBatch(running: Running): void {
    if (this.running === running) this.running = undefined;
  }

  private next(running: Running): void {
    running.generator = undefined;
    running.at += 1;
  }

  private async answer(
    failure: string,
    origin: TaskOrigin | undefined,
    option: string,
    work: () => Promise<void>,
  ): Promise<Loaded> {
    this.loading = true;
    try {
      await work();
      return { ok: true };
    } catch (error) {
      if (error instanceof TaskLoadError)
        return { ok: false, message: error.message, cause: this.environment.encode(error.cause) };

      const cause = origin?.kind === 'source' ? explainReference(error, origin.name, option) : error;
      return { ok: false, message: `${failure}: ${messageOf(cause)}`, cause: this.environment.encode(cause) };
    } finally {
      this.loading = false;
    }
  }
}

/** Runs the `finally` of a generator that is no longer wanted; what it throws has nobody left to hear it. */
async function closeGenerator(running: Running): Promise<void> {
  const { generator } = running;
  running.generator = undefined;
  try {
    await generator?.return?.();
  } catch {
    // The run is over; its error, or its unsubscriber, has had the last word.
  }
}
