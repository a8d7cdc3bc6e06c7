import { nowMs } from '../../platform/time/nowMs.ts';
import { setImmediate } from '../../platform/time/timers.ts';
import type { Callable } from '../../tasks/callable.ts';
import { setCurrentTask } from '../../tasks/currentTask.ts';
import type { CodedError } from '../../tasks/errors/CodedError.ts';
import { clonesToNothing, explainClone } from '../../tasks/explainClone.ts';
import { explainReference } from '../../tasks/inline/explainReference.ts';
import { isIterator, isPromiseLike } from '../../tasks/isIterator.ts';
import { transferListOf } from '../../tasks/transfer.ts';
import type { CallCells } from '../wire/CallCells.ts';
import {
  ANSWER,
  EXIT_REPORT,
  RECALL,
  STOP,
  UNREADABLE_CALLS,
  type AnswerKind,
  type CallRequest,
  type RecallRequest,
  type StopRequest,
} from '../wire/callMessages.ts';
import { BatchTask } from './BatchTask.ts';
import { drain } from './drain.ts';
import { QueuedCalls, type QueuedCall } from './QueuedCalls.ts';

/** A loaded task. */
export interface OpenTask {
  readonly call: Callable;
  readonly name: string;
  /** Whether it was sent as source text: then it cannot see the variables around it. */
  readonly inline: boolean;
}

/** The functions that a call server needs from its thread or process. */
export interface CallEnvironment {
  /** Sends a message. Throws if the message cannot be sent. */
  readonly post: (message: readonly unknown[], transfers: readonly Transferable[]) => void;
  readonly encode: (thrown: unknown) => CodedError;
  /** The task that was loaded for a run. */
  readonly taskOf: (run: number) => OpenTask | undefined;
  /** Tests whether a task has broken the delivery of messages. Returns a repair function to call an event-loop turn later. */
  readonly probe: () => () => void;
  /** Resolves when the printed output has been written; undefined if none is pending. */
  readonly printed: () => Promise<void> | undefined;
  /** Ends the worker if it cannot go on. */
  readonly checkHealth: () => void;
}

/** The answer of an ended call, held for one event-loop turn. */
interface Held {
  readonly call: number;
  readonly value: unknown;
  readonly kind: AnswerKind | undefined;
  /** How long the call has run, in milliseconds; undefined if the pool reads that in shared memory. */
  readonly workedMs: number | undefined;
  readonly mend: () => void;
}

/**
 * Runs single calls in the worker, one after the other, and answers each in a message of its own. The answer is sent one
 * event-loop turn after the end of the call, so that an unhandled rejection ends the worker while the call still counts as
 * running. It is sent before the next call begins.
 */
export class CallServer {
  private readonly environment: CallEnvironment;
  /** Shared with the pool; undefined in a process. */
  private readonly cells: CallCells | undefined;
  private readonly task = new BatchTask();
  private readonly queue = new QueuedCalls();
  /** The running call, or the call whose answer is held. */
  private running: QueuedCall | undefined;
  private held: Held | undefined;
  /** The time at which the running call, or its last step, began. */
  private begunAtMs = 0;
  /** Whether the running call waits for a promise or for an event-loop turn. */
  private waits = false;
  /** The number of the next call to receive. */
  private expected = 0;

  constructor(environment: CallEnvironment, cells: CallCells | undefined) {
    this.environment = environment;
    this.cells = cells;
  }

  receive(message: CallRequest | StopRequest | RecallRequest): void {
    if (message[0] === STOP) {
      this.stop(message[1]);
      return;
    }
    if (message[0] === RECALL) {
      this.recall(message[1]);
      return;
    }
    const [run, first, attempt] = message as CallRequest;
    let call = first;
    for (let at = 3; at < message.length; at += 2) {
      const index = message[at] as number;
      this.queue.add({ call, run, attempt, index, item: message[at + 1] });
      call += 1;
    }
    this.expected = call;
    if (this.running === undefined && !this.waits) this.next();
  }

  /** Reports received calls that cannot be read. */
  refuse(): void {
    this.environment.post([UNREADABLE_CALLS, this.expected], []);
  }

  /** Reports the exit of the worker if a call is running. */
  reportExit(exitCode: number, uncaught?: { readonly error: unknown }): void {
    if (this.running === undefined) return;
    let coded: CodedError | undefined;
    try {
      coded = uncaught && this.environment.encode(uncaught.error);
    } catch {
      // The error cannot be encoded. The exit is reported all the same.
    }
    this.environment.post([EXIT_REPORT, exitCode, coded], []);
  }

  private stop(call: number): void {
    if (this.running?.call === call) {
      this.task.abort();
      return;
    }
    // In a thread, the pool takes a waiting call back by the shared cells.
    if (this.cells === undefined && this.queue.drop(call)) this.environment.post([call, call, ANSWER.neverRan], []);
  }

  /** Drops the calls from a number on that have not begun. */
  private recall(first: number): void {
    const lowest = this.queue.dropFrom(first);
    if (lowest !== undefined) this.environment.post([lowest, this.expected - 1, ANSWER.neverRan], []);
  }

  /** Begins the next call that was not taken back. */
  private next(): void {
    while (this.running === undefined) {
      const call = this.queue.take();
      if (call === undefined) break;
      if (this.cells?.begin(call.call) !== false) this.run(call);
    }
  }

  private run(call: QueuedCall): void {
    const { task } = this;
    const open = this.environment.taskOf(call.run);
    this.running = call;
    this.begunAtMs = nowMs();
    task.aborted = false;
    task.attempt = call.attempt;
    task.begin(call.index);
    setCurrentTask(task);
    try {
      if (open === undefined) throw new Error('this worker has not loaded the task');
      const result = open.call(call.item);
      if (isPromiseLike(result)) {
        this.waits = true;
        void this.settle(call, open, result);
      } else if (isIterator(result)) {
        this.waits = true;
        void this.generate(call, open, result);
      } else this.end(call, result, undefined);
    } catch (error) {
      this.fail(call, open, error);
    }
  }

  private async settle(call: QueuedCall, open: OpenTask, result: PromiseLike<unknown>): Promise<void> {
    try {
      const value = await result;
      if (isIterator(value)) await this.generate(call, open, value);
      else this.end(call, value, undefined);
    } catch (error) {
      this.fail(call, open, error);
    }
  }

  private async generate(
    call: QueuedCall,
    open: OpenTask,
    generator: Iterator<unknown> | AsyncIterator<unknown>,
  ): Promise<void> {
    try {
      await drain(generator, this.task, {
        restart: () => {
          this.begunAtMs = nowMs();
          this.cells?.restart();
        },
        send: (values) => {
          this.sendYields(call, values);
        },
      });
      this.end(call, [], ANSWER.ended);
    } catch (error) {
      if (error instanceof UnsendableYield) this.end(call, error.reason, ANSWER.unsendable);
      else this.fail(call, open, error);
    }
  }

  private sendYields({ call }: QueuedCall, values: readonly unknown[]): void {
    try {
      this.environment.post([call, values, ANSWER.yields], transfersOf(values));
    } catch (error) {
      throw new UnsendableYield(explainClone(values, error, 'returned'));
    }
  }

  private fail(call: QueuedCall, open: OpenTask | undefined, error: unknown): void {
    const thrown = open?.inline === true ? explainReference(error, open.name) : error;
    this.end(call, thrown, ANSWER.threw);
  }

  /** Holds the answer of a call for one event-loop turn. */
  private end({ call }: QueuedCall, value: unknown, kind: AnswerKind | undefined): void {
    this.cells?.end(call);
    setCurrentTask(undefined);
    const workedMs = this.cells === undefined ? nowMs() - this.begunAtMs : undefined;
    this.held = { call, value, kind, workedMs, mend: this.environment.probe() };
    this.waits = true;
    setImmediate(step, this);
  }

  /** Sends the held answer, and begins the next call. */
  step(): void {
    const printed = this.environment.printed();
    if (printed !== undefined) {
      void printed.then(() => {
        this.step();
      });
      return;
    }
    const { held } = this;
    this.held = undefined;
    this.running = undefined;
    this.waits = false;
    held?.mend();
    if (held !== undefined) this.answer(held);
    if (this.queue.isEmpty) this.environment.checkHealth();
    this.next();
  }

  private answer({ call, value, kind, workedMs }: Held): void {
    const { environment } = this;
    if (kind === ANSWER.threw || kind === ANSWER.unsendable) {
      environment.post([call, environment.encode(value), kind, workedMs], []);
      return;
    }
    try {
      const list = typeof value === 'object' && value !== null ? transferListOf(value) : undefined;
      if (list === undefined && typeof value === 'object' && value !== null && clonesToNothing(value))
        throw new TypeError('none of its properties can be cloned');
      const isPlain = kind === undefined && workedMs === undefined;
      environment.post(isPlain ? [call, value] : [call, value, kind, workedMs], list ?? []);
    } catch (error) {
      const coded = environment.encode(explainClone(value, error, 'returned'));
      environment.post([call, coded, ANSWER.unsendable, workedMs], []);
    }
  }
}

/** Marks an error of sending yields, to tell it from an error of their generator. */
class UnsendableYield extends Error {
  readonly reason: unknown;

  constructor(reason: unknown) {
    super();
    this.reason = reason;
  }
}

function step(server: CallServer): void {
  server.step();
}

function transfersOf(values: readonly unknown[]): Transferable[] {
  const transfers: Transferable[] = [];
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at];
    const list = typeof value === 'object' && value !== null ? transferListOf(value) : undefined;
    for (let n = 0; n < (list?.length ?? 0); n += 1) transfers[transfers.length] = list?.[n] as Transferable;
  }
  return transfers;
}
