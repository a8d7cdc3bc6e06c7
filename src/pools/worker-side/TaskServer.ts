import { nowMs } from '../../platform/nowMs.ts';
import { turn } from '../../platform/eventLoopTurn.ts';
import { callable, type Callable } from '../../tasks/callable.ts';
import type { CodedError } from '../../tasks/errors/CodedError.ts';
import { setCurrentTask } from '../../tasks/currentTask.ts';
import { TaskLoadError } from '../../tasks/errors/errors.ts';
import { explainReference } from '../../tasks/inline/explainReference.ts';
import { isIterator, isPromiseLike } from '../../tasks/isIterator.ts';
import { loadTask } from '../../tasks/module/loadTask.ts';
import { whileLoading } from '../../tasks/module/importGuard.ts';
import type { TaskOrigin } from '../../tasks/Task.ts';
import { parentRunsTsNode } from '../../tasks/module/typeScript.ts';
import { checkStep } from '../../util/checkStep.ts';
import { messageOf } from '../../util/messageOf.ts';
import { BatchTask } from './BatchTask.ts';
import { Outbox, type Wire } from './ResultBuffer.ts';
import type { BatchReply, BatchRequest, BootRequest, Loaded, OpenRequest, PullRequest } from '../wire/messages.ts';

/** What a worker side needs of the place it is in. */
export interface Surroundings extends Wire {
  readonly encode: (thrown: unknown) => CodedError;
  /**
   * Waits a turn, in which errors come that nobody waits for, sees to it that the worker hears its pool, whatever a task has
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

interface OpenTask {
  readonly call: Callable;
  readonly name: string;
  /** Whether it was sent as source text, and sees nothing around it. */
  readonly inline: boolean;
}

/** A batch at work. */
interface Running {
  readonly task: BatchTask;
  readonly outbox: Outbox;
  readonly request: BatchRequest;
  readonly open: OpenTask;
  /** The position of the item at work, or of the next one. */
  at: number;
  /** The generator of that item, while it goes on. */
  generator: Iterator<unknown> | AsyncIterator<unknown> | undefined;
  /** Whether a call of this batch, or of its generator, is under way. */
  active: boolean;
}

/** The side of a pool that is in the worker: loads tasks, runs batches one after the other, and holds one generator. */
export class WorkerSide {
  private readonly surroundings: Surroundings;
  private readonly opened = new Map<number, OpenTask>();
  private running: Running | undefined;
  /** Whether it boots, or makes a task ready. */
  private loading = false;

  constructor(surroundings: Surroundings) {
    this.surroundings = surroundings;
  }

  boot({ initializer, initArgs, tsNode }: BootRequest): Promise<Loaded> {
    return this.answer('the initializer threw', initializer, 'initArgs', async () => {
      parentRunsTsNode(tsNode);
      if (initializer === undefined) return;
      const loaded = await whileLoading(initializer, loadTask(initializer));
      await loaded(...initArgs);
    });
  }

  open({ run, origin, style, args }: OpenRequest): Promise<Loaded> {
    return this.answer(`task ${origin.name} could not be made ready`, origin, 'args', async () => {
      this.surroundings.emit({ kind: 'loading' }, []);
      const loaded = await whileLoading(origin, loadTask(origin));
      this.opened.set(run, {
        call: callable(loaded, style, args),
        name: origin.name,
        inline: origin.kind === 'source',
      });
    });
  }

  forget(runs: readonly number[]): void {
    for (const run of runs) this.opened.delete(run);
  }

  async batch(request: BatchRequest): Promise<BatchReply> {
    const running: Running = {
      task: new BatchTask(),
      outbox: new Outbox(this.surroundings, this.surroundings.encode),
      request,
      open: this.opened.get(request.run) as OpenTask,
      at: 0,
      generator: undefined,
      active: true,
    };
    this.running = running;
    return await this.work(running);
  }

  async pull({ most, singly }: PullRequest): Promise<BatchReply> {
    const running = this.running as Running;
    running.active = true;
    await this.step(running, most, singly);
    return await this.work(running);
  }

  async stop(batch: number): Promise<void> {
    const { running } = this;
    if (running?.request.batch !== batch) return;
    running.task.abort();
    if (running.active) return;
    await closeGenerator(running);
    this.leave(running);
  }

  /** Sends what has not been sent, and says which item was at work. */
  lastWords(exitCode: number, ...uncaught: [error?: unknown]): void {
    const running = this.running?.active === true ? this.running : undefined;
    if (running === undefined && !this.loading) return;
    this.running = undefined;
    this.loading = false;
    const at = running === undefined || running.at < running.request.items.length ? (running?.at ?? 0) : running.at - 1;
    running?.outbox.flush(at);
    const words = { kind: 'dying', at, exitCode } as const;
    if (uncaught.length === 0) {
      this.surroundings.emit(words, []);
      return;
    }
    try {
      this.surroundings.emit({ ...words, uncaught: this.surroundings.encode(uncaught[0]) }, []);
    } catch {
      // The error cannot be told, since it is too large, or what is built in has been replaced. The death can.
      this.surroundings.emit(words, []);
    }
  }

  /** Runs items until all have settled, or one gives a generator that goes on, or the batch is told to stop. */
  private async work(running: Running): Promise<BatchReply> {
    const { task, outbox, request, open } = running;
    const { items, singly } = request;
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
            outbox.flushIn(FLUSH_MS);
            result = await result;
          }
          if (isIterator(result)) {
            running.generator = result;
            await this.step(running, FIRST_YIELDS, singly);
            continue;
          }
          outbox.add(at, result);
        } catch (error) {
          outbox.fail(at, open.inline ? explainReference(error, open.name) : error);
        }

        if (singly || outbox.full || (at >= checkAt && outbox.dueAfter(FLUSH_MS))) {
          // A promise that nobody waits for may reject in this turn, and end the worker: while the item still counts as running.
          await turn();
          outbox.flush();
        }
        // Reading the clock costs as much as an empty task: the longer a batch goes on, the rarer it is read.
        if (at >= checkAt) checkAt = at + 1 + (at >> 5);
        running.at = at + 1;
      }

      const well = await this.surroundings.recover();
      if (task.aborted) await closeGenerator(running);
      const reply: BatchReply = { generating: running.generator !== undefined };
      if (well) outbox.end(reply);
      else {
        // All that has been done counts. What comes next, a new worker does.
        outbox.flush();
        running.active = running.generator !== undefined;
        this.surroundings.exit();
      }
      return reply;
    } finally {
      outbox.flush();
      setCurrentTask(undefined);
      running.active = false;
      if (running.generator === undefined) this.leave(running);
    }
  }

  /** Takes yields of the generator of the item at work; settles the item when it ends. */
  private async step(running: Running, most: number, singly: boolean): Promise<void> {
    const { task, outbox, at, generator } = running;
    if (generator === undefined) return;
    setCurrentTask(task);
    const until = nowMs() + YIELD_MS;
    let left = most;
    let sent = true;
    outbox.flush();

    try {
      do {
        const next = generator.next();
        if (isPromiseLike(next)) outbox.flushIn(YIELD_MS);
        const { done, value } = checkStep<unknown>(isPromiseLike(next) ? await next : next);
        if (done === true) {
          outbox.endYields(at);
          this.next(running);
        } else {
          outbox.addYield(at, value);
          left -= 1;
        }
        if (singly && running.generator !== undefined) {
          await turn();
          sent = outbox.flush();
        }
      } while (sent && running.generator !== undefined && left > 0 && !outbox.full && nowMs() < until && !task.aborted);
    } catch (error) {
      outbox.fail(at, running.open.inline ? explainReference(error, running.open.name) : error);
      this.next(running);
    }

    if (outbox.flush() && sent) return;
    // A yield that cannot be sent settles the item: the generator is not wanted any more, but ends on this item's time.
    await closeGenerator(running);
    outbox.failYield();
    running.at = at + 1;
  }

  /** Keeps nothing of a batch that is over. */
  private leave(running: Running): void {
    if (this.running === running) this.running = undefined;
  }

  private next(running: Running): void {
    running.generator = undefined;
    running.at += 1;
  }

  private async answer(
    what: string,
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
        return { ok: false, message: error.message, cause: this.surroundings.encode(error.cause) };

      const cause = origin?.kind === 'source' ? explainReference(error, origin.name, option) : error;
      return { ok: false, message: `${what}: ${messageOf(cause)}`, cause: this.surroundings.encode(cause) };
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
